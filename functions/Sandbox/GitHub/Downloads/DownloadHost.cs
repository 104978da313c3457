using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Sandbox.GitHub.Downloads;

/// <summary>
/// The other host, as <c>codeload.github.com</c> and the blob stores are to GitHub: on a port of its own, it takes signed addresses
/// and asks for no credential.
/// </summary>
internal sealed class DownloadHost : IAsyncDisposable
{
    private readonly WebApplication _web;

    private DownloadHost(WebApplication web) => _web = web;

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => EmbeddedHost.AddressOf(_web);

    public static async Task<DownloadHost> StartAsync(SandboxGitHubOptions options, DownloadTickets tickets, DownloadLog log, CancellationToken cancellationToken)
    {
        var web = EmbeddedHost.CreateBuilder(options.DownloadsPort, options.Time, options.Logging).Build();
        web.Run(context => ServeAsync(context, tickets, log));
        await web.StartAsync(cancellationToken).ConfigureAwait(false);
        var host = new DownloadHost(web);
        tickets.Host = host.Address;
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task ServeAsync(HttpContext context, DownloadTickets tickets, DownloadLog log)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        log.Add(path, context.Request.Headers.Authorization.Count > 0);
        var download = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? tickets.Redeem(path, context.Request.Query["sig"])
            : null;
        if (download is null)
        {
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code></Error>", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var content = await download.Content(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = download.ContentType;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename={Uri.EscapeDataString(download.FileName)}";
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }
}
