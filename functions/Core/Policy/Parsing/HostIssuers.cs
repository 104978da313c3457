using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Joins the policy's issuers with the host's own (<see cref="PolicyCompileOptions.HostIssuers"/>).</summary>
internal static class HostIssuers
{
    public static ImmutableArray<IssuerSettings> Join(ImmutableArray<IssuerSettings> policy, ImmutableArray<IssuerSettings> host) =>
    [
        .. policy.Select(issuer => host.FirstOrDefault(other => other.Issuer == issuer.Issuer) is { } other ? WithNames(issuer, other) : issuer),
        .. host.Where(issuer => policy.All(other => other.Issuer != issuer.Issuer)),
    ];

    private static IssuerSettings WithNames(IssuerSettings policy, IssuerSettings host)
    {
        var taken = policy.GroupNames.Values.ToHashSet(StringComparer.Ordinal);
        return policy with
        {
            GroupNames = policy.GroupNames.AddRange(host.GroupNames.Where(pair => !policy.GroupNames.ContainsKey(pair.Key) && !taken.Contains(pair.Value))),
        };
    }
}
