using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Benchmarks.Api;

/// <summary>
/// A GitHub that answers a few reads from memory, so that it costs next to nothing, after as long as it is told, and leaves the rest (tokens) to the sandbox; and a bare forwarder
/// before it.
/// </summary>
internal sealed class CannedGitHub : IAsyncDisposable
{
    private readonly WebApplication _gitHub;
    private readonly WebApplication _forwarder;
    private readonly Dictionary<string, byte[]> _answers = [];

    private CannedGitHub(WebApplication gitHub, WebApplication forwarder)
    {
        _gitHub = gitHub;
        _forwarder = forwarder;
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new(_gitHub.Urls.Single());

    /// <summary>Where the bare forwarder is.</summary>
    public Uri Forwarder => new(_forwarder.Urls.Single());

    /// <summary>How long it thinks about an answer.</summary>
    public TimeSpan Latency { get; set; }

    public static async Task<CannedGitHub> StartAsync(Uri sandbox)
    {
        var canned = new CannedGitHub(Build(), Build());
        foreach (var path in (string[])["small/issues", "large/issues", "small/branches"])
        {
            canned._gitHub.MapGet($"/api/v3/repos/bench/{path}", context => canned.AnswerAsync(context, path));
        }

        Forward(canned._gitHub, sandbox);
        await canned._gitHub.StartAsync();
        canned._answers["small/issues"] = Issues(canned.Address, 2 * 1024);
        canned._answers["large/issues"] = Issues(canned.Address, 60 * 1024);
        canned._answers["small/branches"] = Branches(canned.Address, 2 * 1024);
        Forward(canned._forwarder, canned.Address);
        await canned._forwarder.StartAsync();
        return canned;
    }

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        await _gitHub.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        return builder.Build();
    }

    private static void Forward(WebApplication application, Uri to)
    {
        var forwarder = application.Services.GetRequiredService<IHttpForwarder>();
        var client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false, UseProxy = false });
        application.MapFallback(async context => await forwarder.SendAsync(context, to.AbsoluteUri, client));
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, context.RequestAborted);
        }

        var body = _answers[path];
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.ETag = "\"0123456789abcdef\"";
        context.Response.Headers["X-RateLimit-Remaining"] = "4999";
        await context.Response.Body.WriteAsync(body);
    }

    // Ordinary answers: objects with texts, and with addresses that the broker has to replace.
    private static byte[] Issues(Uri address, int bytes) => Repeated(
        $$"""{"id":1,"url":"{{address}}api/v3/repos/bench/x/issues/1","title":"Found a bug","body":"{{new string('x', 200)}}","user":{"login":"octocat","url":"{{address}}api/v3/users/octocat"} }""",
        bytes);

    private static byte[] Branches(Uri address, int bytes) => Repeated(
        $$"""{"name":"main","commit":{"sha":"{{new string('a', 40)}}","url":"{{address}}api/v3/repos/bench/small/commits/{{new string('a', 40)}}"},"protected":false},{"name":"kept/back","commit":{"sha":"{{new string('b', 40)}}","url":"{{address}}api/v3/repos/bench/small/commits/{{new string('b', 40)}}"},"protected":false}""",
        bytes);

    private static byte[] Repeated(string one, int bytes) => Encoding.UTF8.GetBytes($"[{string.Join(",", Enumerable.Repeat(one, Math.Max(1, bytes / one.Length)))}]");
}
