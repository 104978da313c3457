using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Writes a rebuilt exchange onto an HTTP request: the one place where a credential is put into a header.</summary>
internal static class UpstreamMessage
{
    // GitHub looks at the product name of git clients; an honest comment follows it.
    private const string UserAgent = "git/2.45 (CursorBroker)";

    public static void Write(HttpRequestMessage message, UpstreamExchange exchange, Credential credential, UpstreamOptions options)
    {
        message.Method = exchange.Method;
        message.RequestUri = AddressOf(exchange, options);
        message.Headers.Clear();
        foreach (var (name, value) in exchange.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        message.Headers.Host = null;
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (exchange.Face is UpstreamFace.Api or UpstreamFace.GraphQl or UpstreamFace.Uploads)
        {
            // What is searched for secrets must be plain; what comes compressed all the same is unpacked.
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        }

        if (exchange.Face != UpstreamFace.Storage)
        {
            message.Headers.Authorization = exchange.Face == UpstreamFace.Git
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{credential.Reveal()}")))
                : new AuthenticationHeaderValue("Bearer", credential.Reveal());
        }
    }

    private static Uri AddressOf(UpstreamExchange exchange, UpstreamOptions options)
    {
        if (exchange.Face != UpstreamFace.Storage)
        {
            return new Uri(options.BaseOf(exchange.Face), exchange.PathAndQuery);
        }

        var location = exchange.Target?.Location ?? throw new InvalidOperationException("What goes to storage has a signed address.");
        return options.IsSignedHost(location) ? location : throw new InvalidOperationException($"{location.Host} is not listed, and should not have come this far.");
    }
}
