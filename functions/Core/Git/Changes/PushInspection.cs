using System.Collections.Immutable;

namespace CursorBroker.Core.Git.Changes;

/// <summary>What a push does.</summary>
/// <param name="Changes">One for each of its ref commands, in their order.</param>
public sealed record PushInspection(ImmutableArray<ChangeSet> Changes);
