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
        var (request, response, stop) = (context.Request, context.Response, context.RequestAborted);
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var thing = tickets.Redeem(path, request.Query["sig"]);
        log.Add(path, request.Headers.Authorization.Count > 0 && !(thing is Receipt wanted && Has(request, wanted)));
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        switch (thing)
        {
            case Download download when reads:
                var content = await download.Content(stop).ConfigureAwait(false);
                response.ContentType = download.ContentType;
                response.ContentLength = content.Length;
                response.Headers.ContentDisposition = $"attachment; filename={Uri.EscapeDataString(download.FileName)}";
                await response.Body.WriteAsync(content, stop).ConfigureAwait(false);
                return;
            case StoredFile file when reads:
                await Results.File(file.Path, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context).ConfigureAwait(false);
                return;
            case Receipt receipt when request.Method == receipt.Method && Has(request, receipt):
                // As the real ones: nothing is taken whose length is not known beforehand.
                response.StatusCode = request.ContentLength is null ? 411 : await receipt.TakeAsync(request.Body, stop).ConfigureAwait(false);
                return;
            default:
                response.StatusCode = 403;
                response.ContentType = "application/xml";
                await response.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code></Error>", stop).ConfigureAwait(false);
                return;
        }
    }

    private static bool Has(HttpRequest request, Receipt receipt) => receipt.Headers.All(header => request.Headers[header.Key] == header.Value);
}
