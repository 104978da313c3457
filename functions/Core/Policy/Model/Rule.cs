using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>One compiled rule.</summary>
internal sealed record Rule
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);

    public required string Id { get; init; }

    public required Who Who { get; init; }

    /// <summary>Empty when the rule is about vaults only; then it covers no repository.</summary>
    public ImmutableArray<RepositoryGlob> Repositories { get; init; } = [];

    public PermissionSet Allow { get; init; } = PermissionSet.Empty;

    public RefRules Refs { get; init; } = RefRules.Everything;

    public TimeSpan Lifetime { get; init; } = DefaultLifetime;

    /// <summary>What the rule says of opaque bodies; null when it leaves that to the default.</summary>
    public OpaqueHandling? Opaque { get; init; }

    /// <summary>Whether secrets in answers are shown as they are; null when the rule does not say.</summary>
    public bool? Reveals { get; init; }

    public ImmutableArray<DenyEntry> Deny { get; init; } = [];

    public ImmutableArray<ApproveEntry> Approve { get; init; } = [];

    public VaultRules? Vaults { get; init; }

    /// <summary>Whether a credential may leave the data path: be handed to the caller itself.</summary>
    public bool Exchange { get; init; }

    /// <summary>What it permits, with the permission that GitHub puts into every token.</summary>
    public PermissionSet Gives => Allow.IsEmpty ? Allow : Allow.Union(PermissionSet.MetadataRead);

    public bool DeniesReadingPaths => Deny.Any(static entry => entry.Read is not null);
}

/// <summary>One <c>deny</c> entry: a push, an API call or a call on a secret that it matches is refused, or paths that may not be read.</summary>
internal sealed record DenyEntry(PushMatcher? Push, PathGlobs? Read, ApiMatcher? Api, ImmutableArray<SecretDemand> Secrets)
{
    /// <summary>What of the operation matches, in words; null when nothing does. Reading by git is held back by <see cref="Grant.Opaque"/>.</summary>
    public string? Match(Operation operation, Unknown unknown) => operation.Details switch
    {
        RefUpdate update => Push?.Match(update, unknown),
        ApiCall call => Api?.Match(call, operation.Needs, unknown) ?? Read?.MatchRead(call.Reads, unknown),

        // From a list of all secrets those are left out that may not be listed.
        SecretCall call when operation.Target is SecretTarget { Name: { } name } => Secrets.Select(demand => demand.Match(call, name)).FirstOrDefault(static match => match is not null),
        _ => null,
    };
}

/// <summary>One <c>approve</c> entry: what it is about and who must agree.</summary>
internal sealed record ApproveEntry
{
    public static readonly TimeSpan DefaultExpires = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan DefaultValid = TimeSpan.FromMinutes(15);

    public PushMatcher? Push { get; init; }

    public PathGlobs? Paths { get; init; }

    public ApiMatcher? Api { get; init; }

    public ImmutableArray<SecretDemand> Secrets { get; init; } = [];

    public required ImmutableArray<string> ApproverGroups { get; init; }

    public int Quorum { get; init; } = 1;

    public ImmutableArray<string> Notify { get; init; } = [];

    public TimeSpan Expires { get; init; } = DefaultExpires;

    public TimeSpan Valid { get; init; } = DefaultValid;

    /// <summary>Whether it is what people are asked by about added secrets.</summary>
    public bool AsksAboutAddedSecrets => Push is { Secrets: true } || Api is { Secrets: true };

    /// <summary>What of the operation matches, in words; null when some key does not hold. An entry is about pushes, about API calls or about secrets.</summary>
    public string? Match(Operation operation, Unknown unknown) => operation.Details switch
    {
        RefUpdate update when Secrets.IsEmpty && Api is null => Match(update, unknown),
        ApiCall call => Api?.Match(call, operation.Needs, unknown),
        SecretCall call when operation.Target is SecretTarget target => Secrets.Select(demand => demand.Match(call, target.Name)).FirstOrDefault(static match => match is not null),
        _ => null,
    };

    private string? Match(RefUpdate update, Unknown unknown)
    {
        var (push, paths) = (Push?.Match(update, unknown), Paths?.Match(update.ChangedPaths, unknown));
        var holds = (Push is null || push is not null) && (Paths is null || paths is not null);
        return !holds ? null : push is not null && paths is not null ? $"{push}; {paths}" : push ?? paths;
    }
}
