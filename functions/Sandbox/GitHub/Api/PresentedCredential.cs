using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>The credential in a request's Authorization header: <c>Bearer</c>, <c>token</c>, or Basic as git sends it.</summary>
/// <param name="Scheme">The scheme, lower case.</param>
/// <param name="Secret">The token or password; empty when the header makes no sense.</param>
internal sealed record PresentedCredential(string Scheme, string Secret)
{
    public static PresentedCredential? From(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (StringValues.IsNullOrEmpty(header))
        {
            return null;
        }

        if (header.Count != 1 || !AuthenticationHeaderValue.TryParse(header[0], out var value) || value.Parameter is null)
        {
            return new PresentedCredential("malformed", string.Empty);
        }

        var scheme = value.Scheme.ToLowerInvariant();
        return scheme switch
        {
            "bearer" or "token" => new PresentedCredential(scheme, value.Parameter),
            "basic" => new PresentedCredential(scheme, FromBasic(value.Parameter)),
            _ => new PresentedCredential(scheme, string.Empty),
        };
    }

    // GitHub takes the token as the password under any user name, and as the user name when there is no password.
    private static string FromBasic(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return string.Empty;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return pair is [var user, "" or "x-oauth-basic"] ? user : pair[^1];
    }
}
