using System.Collections.Immutable;

namespace CursorBroker.Core.Identity;

/// <summary>What a token says about groups, and their names in policy terms.</summary>
internal static class GroupClaims
{
    /// <summary>
    /// Whether groups were left out because there were too many: <c>_claim_names</c> that names the claim (OpenID Connect Core, 5.6.2),
    /// or Entra's <c>hasgroups</c>. A list beside such a mark is not the whole list.
    /// </summary>
    public static bool IsOverage(TokenClaims claims, string groupsClaim) =>
        claims.IsTrue("hasgroups")
        || claims.MemberNames("_claim_names") is { } names && (names.Contains(groupsClaim) || names.Contains("groups"));

    /// <summary>The group values in the token; none when the claim is absent; null when it is malformed.</summary>
    public static ImmutableArray<string>? Read(TokenClaims claims, string groupsClaim)
    {
        if (claims.Has("_claim_names") && claims.MemberNames("_claim_names") is null)
        {
            return null;
        }

        return claims.Has(groupsClaim) ? claims.Texts(groupsClaim) : [];
    }

    /// <summary>
    /// Ids to policy names. An id without a name counts under itself, unless that is a name given to another id: else whoever may
    /// create a group of that name at the provider would be in the real one.
    /// </summary>
    public static ImmutableHashSet<string> Name(IEnumerable<string> ids, ImmutableDictionary<string, string> names)
    {
        var taken = names.Values.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var groups = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (names.TryGetValue(id, out var name))
            {
                groups.Add(name);
            }
            else if (!taken.Contains(id))
            {
                groups.Add(id);
            }
        }

        return groups.ToImmutable();
    }
}
