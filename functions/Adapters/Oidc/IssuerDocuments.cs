using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.Oidc;

/// <summary>
/// Fetches one issuer's discovery document and keys, each step checked before the next one makes a request: the document must come from
/// an allowed address, name exactly the configured issuer (OpenID Connect Discovery, 4.3), and name keys at an allowed address.
/// Failures are <see cref="IOException"/>, as the library's contract for retrievers has it.
/// </summary>
internal sealed class IssuerDocuments(string issuer, IssuerAddress allowed, HttpMessageInvoker http, OidcOptions options, TimeProvider time)
    : IDocumentRetriever, IConfigurationRetriever<OpenIdConnectConfiguration>
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        if (!string.Equals(configuration.Issuer, issuer, StringComparison.Ordinal))
        {
            throw new IOException("the discovery document names another issuer");
        }

        if (string.IsNullOrEmpty(configuration.JwksUri))
        {
            throw new IOException("the discovery document names no keys");
        }

        configuration.JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(configuration.JwksUri, cancel));
        return configuration;
    }

    public async Task<string> GetDocumentAsync(string documentAddress, CancellationToken cancel)
    {
        if (!allowed.Allows(documentAddress))
        {
            throw new IOException("the discovery document points to an address that may not be asked");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, documentAddress);
        request.Headers.Accept.ParseAdd("application/json");
        var answer = await BoundedAnswer.SendAsync(http, request, options.MaxDocumentBytes, options.DocumentTimeout, time, cancel);
        return answer.Body is { } body ? StrictUtf8.GetString(body) : throw new IOException($"{request.RequestUri!.Host} {answer.Failure}");
    }
}
