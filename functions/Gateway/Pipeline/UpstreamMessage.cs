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
        message.RequestUri = new Uri(options.BaseOf(exchange.Face), exchange.PathAndQuery);
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
        message.Headers.Authorization = exchange.Face == UpstreamFace.Git
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{credential.Reveal()}")))
            : new AuthenticationHeaderValue("Bearer", credential.Reveal());
    }
}
