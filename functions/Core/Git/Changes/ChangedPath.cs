using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>One path that differs tip to tip, with what stood and stands there: what an approver is shown.</summary>
/// <param name="Path">The path from the repository's root, <c>/</c>-separated, decoded leniently from UTF-8; not made safe for showing.</param>
/// <param name="Old">What stood there; null when nothing did.</param>
/// <param name="New">What stands there now; null when nothing does.</param>
public sealed record ChangedPath(string Path, TreeEntryFacts? Old, TreeEntryFacts? New);

/// <summary>A tree's entry for a path.</summary>
/// <param name="Mode">The mode: <c>0o100644</c>, <c>0o100755</c>, <c>0o120000</c> (symbolic link), <c>0o160000</c> (submodule).</param>
/// <param name="Id">The blob; of a submodule a commit of another repository.</param>
public sealed record TreeEntryFacts(int Mode, GitOid Id);
