using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>The same events by OTLP.</summary>
[TestClass]
public sealed class OtlpTests
{
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = false)]
    public async Task Events_EndpointInTheEnvironment_AreSentThere()
    {
        using var log = new LogLines();
        await using var collector = await FakeIngestion.StartAsync();
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        try
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddSingleton<ILedger, TestLedger>();
            builder.Services.AddTelemetry(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            builder.Services.AddLogging(l => l.AddProvider(log));
            using var host = builder.Build();
            await host.StartAsync();
            await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("because-of-this")], CancellationToken.None);
            await host.StopAsync();
            var mp = host.Services.GetRequiredService<OpenTelemetry.Metrics.MeterProvider>();
            Environment.SetEnvironmentVariable("DBG", mp.GetType().Name + OpenTelemetry.Metrics.MeterProviderExtensions.ForceFlush(mp, 5000) + collector.Otlp.Count);
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
        }

        var logs = string.Concat(collector.Otlp.Where(static one => one.Path == "/v1/logs").Select(static one => one.Text));
        StringAssert.Contains(logs, "operation.decided", StringComparison.Ordinal);
        StringAssert.Contains(logs, "because-of-this", StringComparison.Ordinal);
        Assert.AreEqual("x", log.Text + Environment.GetEnvironmentVariable("DBG") + string.Join("\n", collector.Otlp.Select(o => o.Path + o.Text.Length)));
        Assert.IsTrue(collector.Otlp.Any(static one => one.Path == "/v1/metrics" && one.Text.Contains("cursorbroker.decisions", StringComparison.Ordinal)));
    }
}
