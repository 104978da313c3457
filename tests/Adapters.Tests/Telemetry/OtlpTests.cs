using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>The same events by OTLP.</summary>
[TestClass]
public sealed class OtlpTests
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Events_EndpointConfigured_AreSentThereWithMetrics()
    {
        await using var collector = await FakeIngestion.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        builder.Services.AddSingleton<ILedger, TestLedger>();
        builder.Services.AddTelemetry(builder.Configuration);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<ILedger>().AppendAsync([EventPartsTests.Decided("because-of-this")], CancellationToken.None);
            await host.StopAsync();
        }

        var logs = string.Concat(collector.Otlp.Where(static one => one.Path == "/v1/logs").Select(static one => one.Text));
        StringAssert.Contains(logs, "operation.decided", StringComparison.Ordinal);
        StringAssert.Contains(logs, "because-of-this", StringComparison.Ordinal);
        Assert.IsTrue(collector.Otlp.Any(static one => one.Path == "/v1/metrics" && one.Text.Contains("cursorbroker.decisions", StringComparison.Ordinal)));
    }
}
