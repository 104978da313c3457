using System.Collections.Immutable;
using CursorBroker.Core.Inspecting;

namespace CursorBroker.Core.Audit;

/// <summary>An Opaque body that was looked into: a git pack, an archive, a file.</summary>
/// <param name="Parts">How many objects or files it has.</param>
/// <param name="Remembered">How many of them were known to hold no secret, and were not scanned again.</param>
/// <param name="Bytes">How many bytes were scanned.</param>
/// <param name="Secrets">The first secrets that were found, a line each with place, rule and digest; never the value. When there are any it was not let through.</param>
public sealed record InspectedBody(long Parts, long Remembered, long Bytes, ImmutableArray<string> Secrets)
{
    /// <summary>What became of an inspection.</summary>
    public static InspectedBody Of(InspectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new(result.Parts, result.Remembered, result.Bytes, [.. result.Found.Select(static found => $"{found} {found.Digest}")]);
    }
}
