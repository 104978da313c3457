using System.Collections.Immutable;

namespace CursorBroker.Core.Inspecting;

/// <summary>What was looked into, and what was found there.</summary>
/// <param name="Parts">How many objects or files there are.</param>
/// <param name="Remembered">How many of them were known to be clean.</param>
/// <param name="Bytes">How many bytes were scanned.</param>
/// <param name="Found">The first secrets that were found; empty when there are none, and only then is all of it clean.</param>
public sealed record InspectionResult(long Parts, long Remembered, long Bytes, ImmutableArray<FoundSecret> Found)
{
    /// <summary>Most secrets that are told; with so many found, the rest is not looked into.</summary>
    public const int MostFound = 20;
}
