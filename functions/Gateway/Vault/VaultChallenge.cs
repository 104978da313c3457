using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Vault;

/// <summary>
/// The challenge by which Azure's clients learn where their token comes from: they send nothing before it. It names the broker's own audience, never <c>https://vault.azure.net</c>: a token for that
/// would open the vaults themselves, and nobody should send the broker one.
/// </summary>
internal static class VaultChallenge
{
    /// <summary>The header; null where no policy is in force.</summary>
    public static string? Of(PolicySet? policy)
    {
        if (policy?.Issuers.FirstOrDefault() is not { Audiences: [var audience, ..] } issuer)
        {
            return null;
        }

        // Entra's v2 issuer ends in "/v2.0", where clients look for the tenant.
        var authority = issuer.Issuer.EndsWith("/v2.0", StringComparison.Ordinal) ? issuer.Issuer[..^"/v2.0".Length] : issuer.Issuer;
        return IsQuotable(authority) && IsQuotable(audience) ? $"Bearer authorization=\"{authority}\", resource=\"{audience}\"" : null;
    }

    private static bool IsQuotable(string text) => text.All(static c => c is > ' ' and <= '~' and not '"' and not '\\');
}
