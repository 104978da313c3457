using System.Diagnostics;
using System.Net;
using CursorBroker.Adapters.ApplicationInsights;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>No address that may hold a secret leaves in a trace.</summary>
[TestClass]
public sealed class ScrubbedSpansTests
{
    [TestMethod]
    [DataRow("url.full", "https://objects.test/signed-path/x?X-Amz-Signature=s", "https://objects.test/", DisplayName = "a signed URL")]
    [DataRow("url.full", "https://user:pass@objects.test:8443/x", "https://objects.test:8443/", DisplayName = "a password in an address")]
    [DataRow("url.full", "https://api.github.com/repos/acme/pay/installation?x=y#z", "https://api.github.com/repos/acme/pay/installation", DisplayName = "a host whose paths are plain")]
    [DataRow("url.full", "https://api.github.com.evil.test/repos?x=y", "https://api.github.com.evil.test/", DisplayName = "a host that only looks like one")]
    [DataRow("http.url", "https://hooks.test/T/B/secret", "https://hooks.test/", DisplayName = "an older instrumentation")]
    [DataRow("url.path", "/T/B/secret", null, DisplayName = "a path alone")]
    [DataRow("url.query", "?a=b", null, DisplayName = "a query alone")]
    public void End_OutgoingRequest_KeepsTheHostAlone(string tag, string value, string? expected) => Assert.AreEqual(expected, Scrub(ActivityKind.Client, tag, value));

    [TestMethod]
    [DataRow("url.path", "/acme/pay/info/refs", "/acme/pay/info/refs")]
    [DataRow("http.target", "/oauth/callback?code=s", "/oauth/callback")]
    [DataRow("url.query", "code=s", null)]
    public void End_IncomingRequest_KeepsThePath(string tag, string value, string? expected) => Assert.AreEqual(expected, Scrub(ActivityKind.Server, tag, value));

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Trace_OfARequestThatFollowsASignedRedirect_LeavesWithoutTheSignature()
    {
        await using var ingestion = await FakeIngestion.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ILedger, TestLedger>();
        builder.Services.AddApplicationInsights(options =>
        {
            options.ConnectionString = ingestion.ConnectionString;
            options.StorageDirectory = ingestion.Storage;
        });
        await using var broker = builder.Build();
        using var client = new HttpClient();
        broker.MapGet("/oauth/callback", async context =>
        {
            using var answer = await client.GetAsync(new Uri($"http://{context.Request.Host}/signed-secret-path/object?sig=sig-secret"));
            await context.Response.WriteAsync(answer.StatusCode.ToString());
        });
        broker.Map("/signed-secret-path/object", static () => "");
        await broker.StartAsync();

        using (SuppressInstrumentation())
        {
            Assert.AreEqual("OK", await client.GetStringAsync(new Uri($"{broker.Urls.Single()}/oauth/callback?code=code-secret")));
        }

        await broker.StopAsync();
        await broker.DisposeAsync();

        var dependency = ingestion.Items.Single(static item => item.Type == "RemoteDependencyData");
        StringAssert.Contains(dependency.Line, "http://127.0.0.1:", StringComparison.Ordinal);
        Assert.AreEqual(1, ingestion.Items.Count(static item => item.Type == "RequestData" && item.Line.Contains("/oauth/callback", StringComparison.Ordinal)));
        Assert.IsTrue(ingestion.Items.Any(static item => item.Type == "MetricData"));
        Assert.DoesNotContain("sig-secret", string.Join('\n', ingestion.Items.Select(static item => item.Line)));
        Assert.DoesNotContain("code-secret", string.Join('\n', ingestion.Items.Select(static item => item.Line)));
        Assert.DoesNotContain("signed-secret-path", dependency.Line);
    }

    private static IDisposable SuppressInstrumentation() => OpenTelemetry.SuppressInstrumentationScope.Begin();

    private static string? Scrub(ActivityKind kind, string tag, string value)
    {
        using var source = new ActivitySource("CursorBroker.Tests");
        using var listener = new ActivityListener { ShouldListenTo = other => other == source, Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var span = source.StartActivity(kind, name: "x")!;
        span.SetTag(tag, value);
        using var scrubbed = new ScrubbedSpans(new HashSet<string> { "api.github.com" });
        scrubbed.OnEnd(span);
        return span.GetTagItem(tag)?.ToString();
    }
}
