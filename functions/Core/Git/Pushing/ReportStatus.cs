using System.Collections.Immutable;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>What the upstream said became of a push.</summary>
/// <param name="Unpack">What it said of the pack: <c>ok</c> or an error; null when it said nothing.</param>
/// <param name="Refs">What it said of each ref, in its order; at most as many as the reader was to keep.</param>
/// <param name="Dropped">How many refs more it spoke of.</param>
/// <param name="Fatal">The fatal message it sent instead, one line; null when there was none.</param>
/// <param name="Complete">True when the report came to its end; false when it broke off, was not understood or did not come.</param>
public sealed record ReportStatus(string? Unpack, ImmutableArray<RefStatus> Refs, int Dropped, string? Fatal, bool Complete);

/// <summary>What the upstream said of one ref.</summary>
/// <param name="Ref">The ref as the upstream wrote it.</param>
/// <param name="Error">Why it was not moved; null when it was.</param>
public sealed record RefStatus(string Ref, string? Error);
