using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>Where a rule may begin: from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Starts(int First, int Last);

/// <summary>What a rule matches. Places are offsets in the text that was given.</summary>
/// <param name="Start">Where the match begins.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="ValueStart">Where the masked value begins.</param>
/// <param name="ValueEnd">Behind its last byte.</param>
/// <param name="GoesOn">Whether it was cut at the bound and goes on with the rule's trailing class.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleMatch(int Start, int End, int ValueStart, int ValueEnd, bool GoesOn);

/// <summary>How looking for a match ended.</summary>
internal enum RunEnd
{
    /// <summary>No match begins in the starts.</summary>
    None,

    /// <summary>A match.</summary>
    Match,

    /// <summary>More text decides; nothing is decided from the returned place on.</summary>
    Undecided,
}
