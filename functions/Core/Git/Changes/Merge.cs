using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>A merge that the upstream is to make, as a merge commit, squashed or rebased: the contents are the same.</summary>
/// <param name="Ref">The branch that is merged into.</param>
/// <param name="Base">Where it stands.</param>
/// <param name="Head">The commit that is merged into it.</param>
public sealed record Merge(RefName Ref, GitOid Base, GitOid Head);
