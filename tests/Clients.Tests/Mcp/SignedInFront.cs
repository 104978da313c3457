using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Clients.Tests.Mcp;

/// <summary>
/// Stands before a broker for a client that cannot sign in: every request goes on with somebody's token. Its own address becomes the broker's in <c>Host</c> and <c>Origin</c>; what else is in
/// them is passed on as it is, so that the broker judges it.
/// </summary>
internal sealed class SignedInFront : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });

    private SignedInFront(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.Single());

    public static async Task<SignedInFront> StartAsync(Uri broker, string token)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        var server = builder.Build();
        var front = new SignedInFront(server);
        server.Run(async context => _ = await context.RequestServices.GetRequiredService<IHttpForwarder>()
            .SendAsync(context, broker.GetLeftPart(UriPartial.Authority), front._client, new ForwarderRequestConfig(), new Signing(front, broker, token)));
        await server.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private sealed class Signing(SignedInFront front, Uri broker, string token) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Remove("Authorization");
            proxyRequest.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            proxyRequest.Headers.Host = Named(httpContext.Request.Host.Value ?? "", broker.Authority);
            if (proxyRequest.Headers.TryGetValues("Origin", out var origins))
            {
                var origin = string.Join(", ", origins);
                proxyRequest.Headers.Remove("Origin");
                proxyRequest.Headers.TryAddWithoutValidation("Origin", origin.StartsWith("http://", StringComparison.Ordinal) ? "http://" + Named(origin[7..], broker.Authority) : origin);
            }
        }

        private string Named(string authority, string instead) => authority == front.Address.Authority || authority == $"localhost:{front.Address.Port}" ? instead : authority;
    }
}
