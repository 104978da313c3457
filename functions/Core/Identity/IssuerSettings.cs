using System.Collections.Immutable;

namespace CursorBroker.Core.Identity;

/// <summary>One trusted OpenID Connect issuer, as the policy's <c>issuers</c> lists it.</summary>
public sealed record IssuerSettings
{
    /// <summary>The exact <c>iss</c>. https, or http on a loopback address.</summary>
    public required string Issuer { get; init; }

    /// <summary>Accepted <c>aud</c> values; at least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Accepted clients (<c>azp</c>, else <c>appid</c>, else <c>client_id</c>). Empty: any client of that audience.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>The claims that together name a person for good; <c>sub</c> unless said otherwise; Entra: <c>tid</c>, <c>oid</c>.</summary>
    public ImmutableArray<string> SubjectClaims { get; init; } = ["sub"];

    /// <summary>Claims that must have one of the given values, such as <c>tid</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> RequiredClaims { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The claim that holds groups (string or array); null when the issuer has none.</summary>
    public string? GroupsClaim { get; init; }

    /// <summary>Where to ask when the groups did not fit in the token.</summary>
    public GroupOverage Overage { get; init; } = GroupOverage.Refuse;

    /// <summary>Group id to policy name. An id with no name here counts under the id itself.</summary>
    public ImmutableDictionary<string, string> GroupNames { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How to tell a workload from a person.</summary>
    public WorkloadRule Workloads { get; init; } = WorkloadRule.Never;
}

/// <summary>What to do with a token whose groups were left out because there were too many (<c>_claim_names</c>).</summary>
public enum GroupOverage
{
    /// <summary>Refuse the token: group membership is unknown.</summary>
    Refuse,

    /// <summary>Ask Microsoft Graph.</summary>
    Graph,
}

/// <summary>Which tokens of an issuer stand for workloads.</summary>
/// <param name="Always">Every token does (a CI issuer).</param>
/// <param name="Claim">Or those whose claim of this name has <paramref name="Value"/> (Entra: <c>idtyp</c> = <c>app</c>).</param>
/// <param name="Value">The value.</param>
public sealed record WorkloadRule(bool Always, string? Claim = null, string? Value = null)
{
    /// <summary>No token does.</summary>
    public static WorkloadRule Never { get; } = new(false);
}
