using System.Net;
using CursorBroker.Adapters.ApplicationInsights;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>No header of a caller reaches an upstream by way of tracing, which would carry them along unasked.</summary>
[TestClass]
public sealed class PropagationTests
{
    [TestMethod]
    [DataRow("github")]
    [DataRow("identity")]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Call_CallerSendsBaggageAndTraceState_NeitherReachesTheUpstream(string upstream)
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ILedger, TestLedger>();
        builder.Services.AddIdentityHttp();
        builder.Services.AddApplicationInsights(options =>
        {
            options.ConnectionString = ingestion.ConnectionString;
            options.StorageDirectory = ingestion.Storage;
        });
        await using var broker = builder.Build();
        using var github = GitHubHttp.CreateInvoker();
        HeaderDictionary? seen = null;
        broker.MapGet("/ask", async (HttpContext context) =>
        {
            var http = upstream == "github" ? github : context.RequestServices.GetRequiredKeyedService<HttpMessageInvoker>(OidcServices.HttpKey);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{context.Request.Host}/upstream");
            using var answer = await http.SendAsync(request, context.RequestAborted);
        });
        broker.MapGet("/upstream", (HttpContext context) =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
        });
        await broker.StartAsync();

        using var caller = new HttpClient();
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"{broker.Urls.Single()}/ask");
        ask.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        ask.Headers.Add("tracestate", "caller=1");
        ask.Headers.Add("baggage", "caller=1");
        ask.Headers.Add("Correlation-Context", "caller=1");
        using (OpenTelemetry.SuppressInstrumentationScope.Begin())
        {
            (await caller.SendAsync(ask)).EnsureSuccessStatusCode().Dispose();
        }

        await broker.StopAsync();
        await broker.DisposeAsync();
        Assert.AreEqual("Host", string.Join(", ", seen!.Keys), "Nothing but what HTTP itself needs.");
        Assert.IsTrue(ingestion.Items.Any(static item => item.Type == "RemoteDependencyData"), "The call is traced all the same.");
    }
}
