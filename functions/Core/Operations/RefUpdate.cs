namespace CursorBroker.Core.Operations;

/// <summary>
/// One ref changing from one object to another: the single meaning of "changing a ref", whichever protocol asked.
/// </summary>
/// <param name="Ref">The ref.</param>
/// <param name="Old">What it is now; zero when it is created.</param>
/// <param name="New">What it will be; zero when it is deleted, <see cref="GitOid.Unmade"/> when the upstream makes it.</param>
public sealed record RefUpdate(RefName Ref, GitOid Old, GitOid New) : OperationDetails
{
    /// <summary>Which paths the update changes; none for a delete. Null when not known, which a path rule must treat as "any".</summary>
    public IReadOnlyCollection<string>? ChangedPaths { get; init; } = New.IsZero ? [] : null;

    /// <summary>Whether the update drops commits from the ref. Null when not known; always false for create and delete.</summary>
    public bool? Forced { get; init; } = Old.IsZero || New.IsZero ? false : null;

    /// <summary>The commits it brings: reachable from the new object and not from the old one (of a created ref: not from the default branch). Null when not known.</summary>
    public IReadOnlyCollection<CommitFacts>? Commits { get; init; } = New.IsZero ? [] : null;

    /// <summary>Bytes that were sent for it: of a push its whole pack, whichever of the refs they are for. Null when not known; zero for a delete.</summary>
    public long? Size { get; init; } = New.IsZero ? 0 : null;

    /// <summary>Secrets that are sent for it and that the repository's files did not hold. Null when not known; none for a delete.</summary>
    public IReadOnlyCollection<AddedSecret>? AddedSecrets { get; init; } = New.IsZero ? [] : null;

    /// <summary>True when the ref does not exist yet.</summary>
    public bool IsCreate => Old.IsZero && !New.IsZero;

    /// <summary>True when the ref goes away.</summary>
    public bool IsDelete => New.IsZero;

    /// <inheritdoc/>
    public override string Name => IsDelete ? "git.delete" : IsCreate ? "git.create" : "git.push";

    /// <summary><c>refs/heads/main 1234567..89abcde</c>.</summary>
    public override string ToString() => $"{Ref} {Old.Hex[..7]}..{(New.IsUnmade ? New.Text : New.Hex[..7])}";
}
