using System.Collections.Frozen;
using System.Globalization;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Vault;

/// <summary>A request's query: the version of the API, and of lists which page.</summary>
/// <param name="ApiVersion">The version of the API.</param>
/// <param name="Page">The page's token, as it was given out; null for the first.</param>
/// <param name="MaxResults">How many at most on a page, 1 to 25; null for as many as the vault gives.</param>
/// <param name="Reveal">In which form a value is wanted, where that is not said in <see cref="VaultRoom.RevealHeader"/>.</param>
internal sealed record VaultQuery(string ApiVersion, string? Page, int? MaxResults, string? Reveal = null)
{
    /// <summary>Versions in which the operations here mean the same.</summary>
    public static readonly FrozenSet<string> ApiVersions = new[] { "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-07-01", "2026-04-01" }.ToFrozenSet(StringComparer.Ordinal);

    private const int MostResults = 25;
    private const int LongestPage = 8192;

    /// <summary>Reads a query, as sent.</summary>
    public static Outcome<VaultQuery> Parse(string query, bool isList)
    {
        string? version = null, page = null, reveal = null;
        int? most = null;
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], Uri.UnescapeDataString(part[(equals + 1)..]));
            switch (Uri.UnescapeDataString(name).ToLowerInvariant())
            {
                case "api-version" when version is null:
                    version = value;
                    break;
                case "x-broker-reveal" when !isList && reveal is null:
                    reveal = value;
                    break;
                case "$skiptoken" when isList && page is null && value.Length is > 0 and <= LongestPage:
                    page = value;
                    break;
                case "maxresults" when isList && most is null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostResults:
                    most = number;
                    break;
                default:
                    return Refusals.Malformed($"The query makes no sense here: api-version once, and of lists maxresults (1 to {MostResults}) and the $skiptoken of a nextLink.") with { Code = VaultRefusal.BadParameter };
            }
        }

        return version is null ? Refusals.Malformed("api-version must be specified.") with { Code = VaultRefusal.BadParameter }
            : !ApiVersions.Contains(version) ? Refusals.NotSupported($"This api-version is not known to the broker; known are {string.Join(", ", ApiVersions.Order(StringComparer.Ordinal))}.") with { Code = VaultRefusal.BadParameter }
            : new VaultQuery(version, page, most, reveal);
    }
}
