using System.Diagnostics;
using System.Globalization;
using Azure.Core.Pipeline;
using Azure.Monitor.OpenTelemetry.Exporter;
using CursorBroker.Adapters.ApplicationInsights;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>From the ledger to what really leaves the process for Application Insights.</summary>
[TestClass]
public sealed class ApplicationInsightsTests
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Events_TenThousandWithinRequestsThatAreNotSampled_AllLeave()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        using var host = Build(ingestion);
        await host.StartAsync();
        var ledger = host.Services.GetRequiredService<ILedger>();

        // A caller can say with its traceparent header that its request is not to be sampled.
        using var unsampled = new Activity("request").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None).Start();
        Assert.IsFalse(unsampled.Recorded);
        for (var i = 0; i < 10_000; i++)
        {
            await ledger.AppendAsync([EventPartsTests.Decided(i.ToString(CultureInfo.InvariantCulture))], CancellationToken.None);
        }

        unsampled.Stop();
        await host.StopAsync();

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 10_000).ToArray(),
            ingestion.Events.Select(static item => int.Parse(item.Properties["reason"], CultureInfo.InvariantCulture)).Order().ToArray());
        Assert.IsTrue(ingestion.Events.All(static item => item.Name == "operation.decided"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Event_WithinARequest_CarriesItsPropertiesTraceAndSession()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        using var host = Build(ingestion);
        await host.StartAsync();
        using var request = new Activity("request").Start();
        await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("because")], CancellationToken.None);
        request.Stop();
        await host.StopAsync();

        var item = ingestion.Events.Single();
        var expected = EventParts.Of(EventPartsTests.Decided("because")).Single().Properties.ToDictionary();
        expected["CategoryName"] = "CursorBroker.Audit";
        CollectionAssert.AreEquivalent(expected, item.Properties);
        Assert.AreEqual(request.TraceId.ToHexString(), item.Tag("ai.operation.id"));
        Assert.AreEqual("s-1", item.Tag("ai.session.id"));
        Assert.AreEqual("CursorBroker", item.Tag("ai.cloud.role"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Event_BeyondEveryLimit_ArrivesWholeInParts()
    {
        var decided = EventPartsTests.Decided(string.Concat(Enumerable.Repeat("Grüße, 世界 😀 <\"&\\ ", 3000)), [.. Enumerable.Range(0, 400).Select(static i => $"{i} {new string('x', 1000)}")]);
        await using var ingestion = await FakeIngestion.StartAsync();
        using var host = Build(ingestion);
        await host.StartAsync();
        await host.Services.GetRequiredService<ILedger>().AppendAsync([decided], CancellationToken.None);
        await host.StopAsync();

        var items = ingestion.Events.OrderBy(static item => int.Parse(item.Properties["part"], CultureInfo.InvariantCulture)).ToList();
        Assert.IsGreaterThan(5, items.Count);
        Assert.IsTrue(items.All(item => item.Properties["parts"] == $"{items.Count}"));
        Assert.IsTrue(items.All(static item => item.Line.Length <= 64 * 1024), "An item beyond 64 KiB is refused.");
        Assert.AreEqual(decided.Reason, EventPartsTests.Join(items.Select(static item => item.Properties), "reason"));
        Assert.AreEqual($"[{string.Join(',', decided.Trace.Select(static line => $"\"{line}\""))}]", EventPartsTests.Join(items.Select(static item => item.Properties), "trace"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Append_LedgerIsDown_FailsAsTheLedgerDoesAndNothingIsSent()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        using var host = Build(ingestion);
        await host.StartAsync();
        host.Services.GetRequiredService<TestLedger>().Down = true;
        await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(
            async () => await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("x")], CancellationToken.None));
        await host.StopAsync();
        Assert.IsEmpty(ingestion.Events);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Append_IngestionIsBroken_SucceedsAndTheTroubleIsLogged()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        ingestion.Broken = true;
        using var log = new LogLines();
        using var host = Build(ingestion, services => services.AddLogging(logging => logging.AddProvider(log)));
        await host.StartAsync();
        await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("x")], CancellationToken.None);
        await host.StopAsync();
        Assert.HasCount(1, host.Services.GetRequiredService<TestLedger>().Durable);
        StringAssert.Contains(log.Text, "Warning 6210 The telemetry exporter says: Transmission failed. StatusCode: 500", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Send_WithAnIdentity_SignsIn()
    {
        await using var ingestion = await FakeIngestion.StartAsync(https: true);
        using var client = TestCertificate.CreateClient();
        using var host = Build(
            ingestion,
            services => services.Configure<AzureMonitorExporterOptions>("CursorBroker", options => options.Transport = new HttpClientTransport(client)),
            options => options.Credential = new FakeIdentity("https://monitor.azure.com//.default"));
        await host.StartAsync();
        await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("x")], CancellationToken.None);
        await host.StopAsync();
        Assert.HasCount(1, ingestion.Events);
        Assert.IsTrue(ingestion.Authorizations.All(static header => header == $"Bearer {FakeIdentity.Token}"));
    }

    [TestMethod]
    public async Task Options_InEffect_SampleNothingAway()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_TRACES_SAMPLER"] = "microsoft.rate_limited",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.1",
            ["AzureMonitorExporter:SamplingRatio"] = "0.1",
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=00000000-0000-0000-0000-00000000000f",
        };
        using var host = Build(ingestion, services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(environment).Build()));
        await host.StartAsync();
        var options = host.Services.GetRequiredService<IOptionsMonitor<AzureMonitorExporterOptions>>().Get("CursorBroker");
        Assert.AreEqual(1F, options.SamplingRatio);
        Assert.IsNull(options.TracesPerSecond);
        Assert.IsFalse(options.EnableTraceBasedLogsSampler);
        Assert.IsFalse(options.DisableOfflineStorage);
        Assert.AreEqual(ingestion.ConnectionString, options.ConnectionString);
        await host.StopAsync();
    }

    [TestMethod]
    [DataRow("SamplingRatio")]
    [DataRow("TracesPerSecond")]
    [DataRow("EnableTraceBasedLogsSampler")]
    [DataRow("DisableOfflineStorage")]
    public async Task Start_SomethingTurnsSamplingOn_IsRefused(string setting)
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        async Task StartAsync()
        {
            using var host = Build(ingestion, services => services.PostConfigureAll<AzureMonitorExporterOptions>(Change));
            await host.StartAsync();
        }

        void Change(AzureMonitorExporterOptions options)
        {
            options.SamplingRatio = setting == "SamplingRatio" ? 0.5F : 1;
            options.TracesPerSecond = setting == "TracesPerSecond" ? 5 : null;
            options.EnableTraceBasedLogsSampler = setting == "EnableTraceBasedLogsSampler";
            options.DisableOfflineStorage = setting == "DisableOfflineStorage";
        }

        var failure = await Assert.ThrowsExactlyAsync<OptionsValidationException>(StartAsync);
        StringAssert.Contains(failure.Message, setting, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("", "must be the whole one")]
    [DataRow("abc", "must be the whole one")]
    [DataRow("IngestionEndpoint=https://x.test/", "must be the whole one")]
    [DataRow("InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://x.test/", "must be https")]
    [DataRow("InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=x", "must be https")]
    public void Start_WrongConnectionString_IsRefusedWithWords(string connection, string expected)
    {
        using var provider = new ServiceCollection().AddSingleton<ILedger, TestLedger>().AddApplicationInsights(options => options.ConnectionString = connection).BuildServiceProvider();
        var failure = Assert.ThrowsExactly<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ApplicationInsightsOptions>>().Value);
        StringAssert.Contains(failure.Message, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Attack_AnotherUserOfTheMachine_CannotReadWhatWaitsToBeSent()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        var data = Path.Combine(ingestion.Storage, "broker");
        var waiting = Path.Combine(data, "telemetry");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] = ingestion.ConnectionString;
        builder.Services.AddSingleton<ILedger, TestLedger>();
        builder.Services.AddTelemetry(builder.Configuration, waiting: waiting);
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.AreEqual((Owner, Owner), (File.GetUnixFileMode(data), File.GetUnixFileMode(waiting)));
    }

    [TestMethod]
    public void Add_WithoutALedger_SaysWhatComesFirst() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => new ServiceCollection().AddApplicationInsights(static _ => { })).Message,
            "Register the ledger before telemetry",
            StringComparison.Ordinal);

    [TestMethod]
    public void Add_NothingConfigured_RegistersNothing()
    {
        var services = new ServiceCollection();
        services.AddTelemetry(new ConfigurationBuilder().Build());
        Assert.IsEmpty(services);
    }

    [TestMethod]
    public void Add_Ledger_IsStillDisposedWithTheHost()
    {
        var provider = new ServiceCollection().AddLogging().AddSingleton<ILedger, TestLedger>()
            .AddApplicationInsights(static options => options.ConnectionString = "InstrumentationKey=00000000-0000-0000-0000-000000000001").BuildServiceProvider();
        var inner = (TestLedger)provider.GetRequiredKeyedService<ILedger>("CursorBroker.Telemetry.Ledger");
        provider.Dispose();
        Assert.IsTrue(inner.Disposed);
    }

    internal static IHost Build(FakeIngestion ingestion, Action<IServiceCollection>? more = null, Action<ApplicationInsightsOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TestLedger>();
        builder.Services.AddSingleton<ILedger>(static provider => provider.GetRequiredService<TestLedger>());
        more?.Invoke(builder.Services);
        builder.Services.AddApplicationInsights(options =>
        {
            options.ConnectionString = ingestion.ConnectionString;
            options.StorageDirectory = ingestion.Storage;
            configure?.Invoke(options);
        });
        return builder.Build();
    }
}
