using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>What an Allow gives: exactly what the operation needs, within what the policy permits.</summary>
/// <param name="Target">The one repository, or the vault's secret or secrets.</param>
/// <param name="Permissions">The permissions the credential will carry; never more than the operations need, and never empty but for a vault.</param>
/// <param name="Lifetime">How long a credential for it may be used; above zero, at most one hour.</param>
/// <param name="Visible">Which refs the caller may see.</param>
/// <param name="Opaque">What happens to bodies that cannot be masked in place.</param>
/// <param name="Rule">The id of the rule that permitted it (the first, when several requests' grants were joined).</param>
public sealed record Grant(
    OperationTarget Target, PermissionSet Permissions, TimeSpan Lifetime, RefVisibility Visible, OpaqueHandling Opaque, string Rule)
{
    /// <summary>Of a repository.</summary>
    public Grant(RepositoryName repository, PermissionSet permissions, TimeSpan lifetime, RefVisibility visible, OpaqueHandling opaque, string rule)
        : this(new RepositoryTarget(repository), permissions, lifetime, visible, opaque, rule)
    {
    }

    /// <summary>The one repository.</summary>
    /// <exception cref="InvalidOperationException">It is a vault's.</exception>
    public RepositoryName Repository => Target is RepositoryTarget target ? target.Repository : throw new InvalidOperationException($"{Target} is no repository.");

    /// <summary>What it gives on a vault; null on a repository.</summary>
    public SecretAccess? Secrets { get; init; }

    /// <summary>What it gives, in words.</summary>
    public string GivenText => Secrets is { } secrets ? secrets.Call.ToString() : Permissions.ToString();

    /// <summary>
    /// Which refs may be named to the caller by what is about something else (a workflow run, a release): those that it may see and that
    /// a rule which permits this shows. Where no rule gives contents at all, the second alone counts.
    /// </summary>
    public RefVisibility Named { get; init; } = Visible;

    /// <summary>Which paths the caller may read.</summary>
    public PathReadability Readable { get; init; } = PathReadability.Everything;

    /// <summary>Whether secrets in answers pass as they are: some rule that permits it says so, and none that covers it says otherwise.</summary>
    public bool Reveals { get; init; }

    /// <summary>
    /// The grants of the request's further repositories, where one request is about several (a search, a GraphQL query): all of the same owner, all with the same
    /// permissions, under one credential. Empty for nearly every request.
    /// </summary>
    public ImmutableArray<Grant> Others { get; init; } = [];

    /// <summary>The grants of the secrets that the request puts somewhere unseen; none for nearly every request.</summary>
    public ImmutableArray<Grant> Uses { get; init; } = [];

    /// <summary>All of the request's repositories.</summary>
    /// <exception cref="ArgumentException">They have several owners, or are too many for one credential.</exception>
    public RepositorySet Repositories => Others.IsEmpty ? Repository : RepositorySet.Of(Others.Select(static other => other.Repository).Prepend(Repository));
}

/// <summary>What a rule wants done with Opaque bodies (git packs, archives, LFS objects).</summary>
public enum OpaqueHandling
{
    /// <summary>Pass them on, recorded as unmasked.</summary>
    Allow,

    /// <summary>Spool, scan, and refuse with file and line when a secret is inside.</summary>
    Inspect,

    /// <summary>Refuse them.</summary>
    Refuse,
}
