using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>What a client says of itself (RFC 7591, section 2), as far as it matters here; the rest is left out of the answer.</summary>
/// <param name="Name">What people are told it calls itself.</param>
/// <param name="Redirects">Its redirects, each one allowed.</param>
internal sealed record ClientMetadata(string Name, ImmutableArray<string> Redirects)
{
    public const string InvalidRedirect = "invalid_redirect_uri";
    public const string InvalidMetadata = "invalid_client_metadata";

    private const int MostRedirects = 10;
    private const int LongestName = 80;

    /// <summary>Reads it. On false, why, in RFC 7591's words and ours.</summary>
    public static bool TryRead(
        JsonElement body, ImmutableArray<string> further, [NotNullWhen(true)] out ClientMetadata? client, out (string Error, string Description) problem)
    {
        client = null;
        problem = Read(body, further, ref client);
        return client is not null;
    }

    private static (string Error, string Description) Read(JsonElement body, ImmutableArray<string> further, ref ClientMetadata? client)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (InvalidMetadata, "The body must be a JSON object.");
        }

        if (Texts(body, "redirect_uris") is not { Length: > 0 and <= MostRedirects } redirects)
        {
            return (InvalidRedirect, $"redirect_uris must list 1 to {MostRedirects} addresses.");
        }

        if (redirects.FirstOrDefault(redirect => !RedirectRules.MayRegister(redirect, further)) is { } refused)
        {
            return (InvalidRedirect, $"'{LogText.Of(refused)}' is not among the redirects that clients may register here: Cursor's, those that the broker's host lists, and http on 127.0.0.1, [::1] or localhost.");
        }

        // A client that asks for a secret is answered 'none' and gets none (RFC 7591, section 3.2.1): it is public here, and proves itself with PKCE.
        if (body.TryGetProperty("token_endpoint_auth_method", out var method)
            && !(method.ValueKind == JsonValueKind.String && method.GetString() is "none" or "client_secret_post" or "client_secret_basic"))
        {
            return (InvalidMetadata, "token_endpoint_auth_method may be 'none', or 'client_secret_post' or 'client_secret_basic', which become 'none': only public clients register here, and prove themselves with PKCE.");
        }

        if (body.TryGetProperty("grant_types", out _) && Texts(body, "grant_types")?.Contains("authorization_code") != true)
        {
            return (InvalidMetadata, "grant_types must hold 'authorization_code'.");
        }

        if (body.TryGetProperty("response_types", out _) && Texts(body, "response_types")?.Contains("code") != true)
        {
            return (InvalidMetadata, "response_types must hold 'code'.");
        }

        if (body.TryGetProperty("client_name", out var name) && name.ValueKind != JsonValueKind.String)
        {
            return (InvalidMetadata, "client_name must be a text.");
        }

        var called = name.ValueKind == JsonValueKind.String ? LogText.Of(name.GetString()!).Trim() : "";
        client = new ClientMetadata(called.Length > LongestName ? called[..LongestName] : called, [.. redirects.Distinct(StringComparer.Ordinal)]);
        return default;
    }

    private static ImmutableArray<string>? Texts(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(static one => one.GetString()!)]
            : null;
}
