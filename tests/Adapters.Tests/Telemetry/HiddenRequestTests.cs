using System.Net;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>What a caller says of tracing is no reason not to trace.</summary>
[TestClass]
public sealed class HiddenRequestTests
{
    [TestMethod]
    [DataRow("APPLICATIONINSIGHTS_CONNECTION_STRING")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Attack_ACallerSaysThatItsRequestIsNotSampled_ItIsTracedAllTheSame(string place)
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration[place] = place.StartsWith("OTEL", StringComparison.Ordinal) ? ingestion.Address : ingestion.ConnectionString;
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        builder.Services.AddSingleton<ILedger, TestLedger>();
        builder.Services.AddTelemetry(builder.Configuration);
        await using (var broker = builder.Build())
        {
            broker.MapGet("/acme/payments/info/refs", static () => "");
            await broker.StartAsync();
            using var caller = new HttpClient();
            using var ask = new HttpRequestMessage(HttpMethod.Get, $"{broker.Urls.Single()}/acme/payments/info/refs");
            ask.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
            using (OpenTelemetry.SuppressInstrumentationScope.Begin())
            {
                (await caller.SendAsync(ask)).EnsureSuccessStatusCode().Dispose();
            }

            await broker.StopAsync();
        }

        Assert.IsTrue(
            ingestion.Items.Any(static item => item.Type == "RequestData")
            || ingestion.Otlp.Any(static one => one.Path == "/v1/traces" && one.Text.Contains("/acme/payments/info/refs", StringComparison.Ordinal)));
    }
}
