namespace CursorBroker.Core.Operations;

/// <summary>
/// One thing being asked, in policy terms: a target, the permission it needs, and details. A request makes one or more.
/// Protocol rooms make these; nothing but these reaches the policy.
/// </summary>
/// <param name="Target">What it would act on.</param>
/// <param name="Needs">The permissions the upstream demands for it; never empty.</param>
/// <param name="Details">What it would do there.</param>
public sealed record Operation(OperationTarget Target, PermissionSet Needs, OperationDetails Details)
{
    /// <summary>Reading a whole repository by git: clone, fetch, and the advertisement before them. The body is Opaque.</summary>
    public static Operation GitRead(RepositoryName repository) =>
        new(new RepositoryTarget(repository), PermissionSet.ContentsRead, GitReadDetails.Instance);

    /// <summary>The advertisement (and probe) before a push: may this caller push anything here?</summary>
    public static Operation PreparePush(RepositoryName repository) =>
        new(new RepositoryTarget(repository), PermissionSet.ContentsWrite, PreparePushDetails.Instance);

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

/// <summary>Asking what a push would find; names no ref yet.</summary>
public sealed record PreparePushDetails : OperationDetails
{
    internal static PreparePushDetails Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "git.prepare-push";
}
