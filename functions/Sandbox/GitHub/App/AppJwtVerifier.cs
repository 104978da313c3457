using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>
/// Decides about an App's own JWT as GitHub does and in its words: RS256 by the App's key, <c>iss</c> its id or client id,
/// <c>iat</c> not in the future, <c>exp</c> not past and at most ten minutes ahead.
/// </summary>
/// <remarks>https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app</remarks>
internal sealed class AppJwtVerifier(GitHubApp app, TimeProvider time)
{
    private const int LongestLifeSeconds = 600;

    private static readonly AppJwtVerdict Undecodable = AppJwtVerdict.Refuse("A JSON web token could not be decoded");
    private static readonly AppJwtVerdict NoSuchApp = new(404, "Integration not found");

    private static readonly AppJwtVerdict BadExpiry = AppJwtVerdict.Refuse(
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");

    private static readonly AppJwtVerdict ExpiryTooFar = AppJwtVerdict.Refuse("'Expiration time' claim ('exp') is too far in the future");

    private static readonly AppJwtVerdict BadIssuedAt = AppJwtVerdict.Refuse(
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");

    public AppJwtVerdict Verify(string? token)
    {
        // Read here and not by a token library: GitHub takes a number as issuer, which libraries rightly do not.
        if (token?.Split('.') is not [var head, var payload, var signature] || Decode(head) is not { } header || Decode(payload) is not { } claims)
        {
            return Undecodable;
        }

        if (!header.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String || algorithm.GetString() != "RS256")
        {
            return Undecodable;
        }

        if (!IsThisApp(claims))
        {
            return NoSuchApp;
        }

        if (DecodeBytes(signature) is not { } signed || !app.Verifies(Encoding.ASCII.GetBytes($"{head}.{payload}"), signed))
        {
            return Undecodable;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (Number(claims, "exp") is not { } expires || expires <= now)
        {
            return BadExpiry;
        }

        if (expires > now + LongestLifeSeconds)
        {
            return ExpiryTooFar;
        }

        return Number(claims, "iat") is { } issued && issued <= now ? AppJwtVerdict.Accepted : BadIssuedAt;
    }

    private static JsonElement? Decode(string part)
    {
        if (DecodeBytes(part) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            // Whatever is wrong with its shape, GitHub has one answer for it.
            return null;
        }
    }

    private static byte[]? DecodeBytes(string part) =>
        Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static long? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    private bool IsThisApp(JsonElement claims)
    {
        if (!claims.TryGetProperty("iss", out var issuer))
        {
            return false;
        }

        var text = issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : issuer.GetRawText();
        return text == app.ClientId || text == app.Id.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>What GitHub says about an App's JWT.</summary>
/// <param name="Status">200, 401 or 404.</param>
/// <param name="Message">The error's message; empty when accepted.</param>
internal sealed record AppJwtVerdict(int Status, string Message)
{
    public static AppJwtVerdict Accepted { get; } = new(200, string.Empty);

    public bool IsAccepted => Status == 200;

    public static AppJwtVerdict Refuse(string message) => new(401, message);
}
