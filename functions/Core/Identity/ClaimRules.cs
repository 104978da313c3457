using System.Collections.Immutable;
using System.Globalization;

namespace CursorBroker.Core.Identity;

/// <summary>Whether a verified token is for here, for now and for this client (RFC 7519, 4.1; RFC 9068, 4).</summary>
internal static class ClaimRules
{
    // Entra v2 and OpenID Connect say azp, Entra v1 appid, RFC 9068 client_id.
    private static readonly ImmutableArray<string> ClientClaims = ["azp", "appid", "client_id"];

    public static ClaimsOutcome.Refused? Check(TokenClaims claims, IssuerSettings settings, DateTimeOffset now, TimeSpan skew) =>
        CheckTime(claims, now, skew)
        ?? CheckAudience(claims, settings)
        ?? CheckClient(claims, settings)
        ?? CheckRequired(claims, settings);

    /// <summary>The client the token was issued to: the first client claim that is there at all. Null when it is not a text.</summary>
    public static string? Client(TokenClaims claims) =>
        ClientClaims.FirstOrDefault(claims.Has) is { } name && claims.Text(name) is { } client && !LogText.HasControl(client) ? client : null;

    private static ClaimsOutcome.Refused? CheckTime(TokenClaims claims, DateTimeOffset now, TimeSpan skew)
    {
        if (claims.Time("exp") is not { } expires)
        {
            return new(AuthenticationFailure.ClaimMissing, "no exp, or not a time");
        }

        if (now - skew >= expires)
        {
            return new(AuthenticationFailure.Expired, string.Create(CultureInfo.InvariantCulture, $"expired at {expires:O}"));
        }

        if (!claims.Has("nbf"))
        {
            return null;
        }

        if (claims.Time("nbf") is not { } notBefore)
        {
            return new(AuthenticationFailure.ClaimMissing, "nbf is not a time");
        }

        return now + skew < notBefore
            ? new(AuthenticationFailure.NotYetValid, string.Create(CultureInfo.InvariantCulture, $"not valid before {notBefore:O}"))
            : null;
    }

    private static ClaimsOutcome.Refused? CheckAudience(TokenClaims claims, IssuerSettings settings)
    {
        if (claims.Texts("aud") is { } audiences && audiences.Any(a => settings.Audiences.Contains(a, StringComparer.Ordinal)))
        {
            return null;
        }

        var named = claims.Texts("aud") is { } texts ? string.Join(' ', texts) : "none";
        return new(AuthenticationFailure.WrongAudience, $"audience {LogText.Of(named)}");
    }

    private static ClaimsOutcome.Refused? CheckClient(TokenClaims claims, IssuerSettings settings)
    {
        if (settings.Clients.IsEmpty)
        {
            return null;
        }

        var client = Client(claims);
        return client is not null && settings.Clients.Contains(client, StringComparer.Ordinal)
            ? null
            : new(AuthenticationFailure.ClientNotAllowed, $"client {LogText.Of(client ?? "none")}");
    }

    private static ClaimsOutcome.Refused? CheckRequired(TokenClaims claims, IssuerSettings settings)
    {
        if (settings.RequiredClaims.IsEmpty)
        {
            return null;
        }

        var values = claims.Scalars();
        foreach (var (name, accepted) in settings.RequiredClaims)
        {
            if (!values.TryGetValue(name, out var given) || !given.Any(v => accepted.Contains(v, StringComparer.Ordinal)))
            {
                return new(AuthenticationFailure.ClaimMissing, $"claim {LogText.Of(name)} has none of the values asked for");
            }
        }

        return null;
    }
}
