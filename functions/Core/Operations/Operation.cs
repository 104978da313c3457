using System.Collections.Immutable;

namespace CursorBroker.Core.Operations;

/// <summary>
/// One thing being asked, in policy terms: a target, the permission it needs, and details. A request makes one or more.
/// Protocol rooms make these; nothing but these reaches the policy.
/// </summary>
/// <param name="Target">What it would act on.</param>
/// <param name="Needs">The permissions that GitHub demands for it; never empty, but for what is about a vault: there the verb of <see cref="SecretCall"/> says it all.</param>
/// <param name="Details">What it would do there.</param>
public sealed record Operation(OperationTarget Target, PermissionSet Needs, OperationDetails Details)
{
    /// <summary>
    /// Other sets that the upstream takes instead of <see cref="Needs"/>, where it takes one of several (<c>issues:write</c> or <c>pull_requests:write</c>), in order
    /// of preference. The first that the policy permits is the one that is granted.
    /// </summary>
    public ImmutableArray<PermissionSet> Alternatives { get; init; } = [];

    /// <summary>What it needs, in words: GitHub's permissions, or the verb on secrets.</summary>
    public string NeedsText => Details is SecretCall call ? call.ToString() : Needs.ToString();

    /// <summary>Reading a whole repository by git: clone, fetch, and the advertisement before them. The body is Opaque.</summary>
    public static Operation GitRead(RepositoryName repository) =>
        new(new RepositoryTarget(repository), PermissionSet.ContentsRead, GitReadDetails.Instance);

    /// <summary>What comes before a push and changes no ref yet (the advertisement and the probe, an LFS object, a lock): may this caller push here?</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="to">The ref that it is for; null when it names none, and then any ref that may be pushed will do.</param>
    public static Operation PreparePush(RepositoryName repository, RefName? to = null) =>
        new(new RepositoryTarget(repository), PermissionSet.ContentsWrite, new PreparePushDetails(to));

    /// <summary>
    /// Moving, creating or deleting one ref, whichever way it was asked. It needs <c>workflows:write</c> besides <c>contents:write</c> when it changes
    /// workflow files, so as long as its paths are unknown it is only known to need the latter: what was made from such an update is for
    /// <see cref="Policy.PolicySet.Preview"/> alone, and the operation is made anew from the whole change before it is decided.
    /// </summary>
    public static Operation Push(RepositoryName repository, RefUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return new(new RepositoryTarget(repository), WorkflowFiles.AreAmong(update.ChangedPaths) ? PermissionSet.WorkflowsWrite : PermissionSet.ContentsWrite, update);
    }

    /// <summary>Having a credential oneself, for exactly these permissions: from then on nothing of what is done with it goes through the broker.</summary>
    public static Operation ExchangeToken(RepositoryName repository, PermissionSet permissions) =>
        new(new RepositoryTarget(repository), permissions, TokenExchangeDetails.Instance);

    /// <summary>A call of GitHub's API, with the sets of permissions that it takes, the preferred one first; at least one, none of them empty.</summary>
    public static Operation Api(RepositoryName repository, ImmutableArray<PermissionSet> needs, ApiCall call) =>
        new(new RepositoryTarget(repository), needs[0], call) { Alternatives = needs.RemoveAt(0) };

    /// <summary>Something done with a secret, or, without a name, with all that may be listed.</summary>
    public static Operation Secret(VaultName vault, SecretName? name, SecretCall call) => new(new SecretTarget(vault, name), PermissionSet.Empty, call);
}

/// <summary>What an operation acts on.</summary>
public abstract record OperationTarget;

/// <summary>A GitHub repository.</summary>
/// <param name="Repository">Its name, as asked.</param>
public sealed record RepositoryTarget(RepositoryName Repository) : OperationTarget
{
    /// <summary><c>owner/name</c>.</summary>
    public override string ToString() => Repository.ToString();
}

/// <summary>A secret of a vault, or the vault's secrets.</summary>
/// <param name="Vault">The vault.</param>
/// <param name="Name">The secret; null for all of them.</param>
public sealed record SecretTarget(VaultName Vault, SecretName? Name) : OperationTarget
{
    /// <summary><c>vault/name</c>, or <c>vault/*</c>.</summary>
    public override string ToString() => $"{Vault}/{Name?.Value ?? "*"}";
}

/// <summary>What an operation would do to its target.</summary>
public abstract record OperationDetails
{
    /// <summary>A stable, lower-case, dotted name for audit and traces, such as <c>git.push</c>.</summary>
    public abstract string Name { get; }
}

/// <summary>Reading all of a repository's visible refs by git.</summary>
public sealed record GitReadDetails : OperationDetails
{
    internal static GitReadDetails Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "git.read";
}

/// <summary>Asking what a push would find, or sending what it will need; moves no ref yet.</summary>
/// <param name="To">The ref that the push would be to; null when that is not said.</param>
public sealed record PreparePushDetails(RefName? To) : OperationDetails
{
    /// <inheritdoc/>
    public override string Name => "git.prepare-push";
}

/// <summary>Having a credential oneself.</summary>
public sealed record TokenExchangeDetails : OperationDetails
{
    internal static TokenExchangeDetails Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "token.exchange";
}
