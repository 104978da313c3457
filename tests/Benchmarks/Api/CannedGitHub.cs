using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Benchmarks.Api;

/// <summary>A GitHub that answers a few reads from memory, so that it costs next to nothing, and leaves the rest (tokens) to the sandbox; and a bare forwarder before it.</summary>
internal sealed class CannedGitHub : IAsyncDisposable
{
    private readonly WebApplication _gitHub;
    private readonly WebApplication _forwarder;

    private CannedGitHub(WebApplication gitHub, WebApplication forwarder)
    {
        _gitHub = gitHub;
        _forwarder = forwarder;
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new(_gitHub.Urls.Single());

    /// <summary>Where the bare forwarder is.</summary>
    public Uri Forwarder => new(_forwarder.Urls.Single());

    public static async Task<CannedGitHub> StartAsync(Uri sandbox)
    {
        var gitHub = Build();
        foreach (var (name, bytes) in new[] { ("small", 2 * 1024), ("large", 60 * 1024) })
        {
            // Ordinary answers: objects with texts and addresses in them.
            var body = Body(new Uri("http://127.0.0.1/"), bytes);
            gitHub.MapGet($"/api/v3/repos/bench/{name}/issues", context => AnswerAsync(context, body));
            gitHub.MapGet($"/api/v3/repos/bench/{name}/contents/file", context => AnswerAsync(context, body));
        }

        Forward(gitHub, sandbox);
        await gitHub.StartAsync();
        var forwarder = Build();
        Forward(forwarder, new Uri(gitHub.Urls.Single()));
        await forwarder.StartAsync();
        return new CannedGitHub(gitHub, forwarder);
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

    private static async Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.ETag = "\"0123456789abcdef\"";
        context.Response.Headers["X-RateLimit-Remaining"] = "4999";
        await context.Response.Body.WriteAsync(body);
    }

    private static byte[] Body(Uri address, int bytes)
    {
        var one = $$"""{"id":1,"url":"{{address}}api/v3/repos/bench/x/issues/1","title":"Found a bug","body":"{{new string('x', 200)}}","user":{"login":"octocat","url":"{{address}}api/v3/users/octocat"} }""";
        return System.Text.Encoding.UTF8.GetBytes($"[{string.Join(",", Enumerable.Repeat(one, Math.Max(1, bytes / one.Length)))}]");
    }
}
