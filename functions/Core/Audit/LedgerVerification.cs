namespace CursorBroker.Core.Audit;

/// <summary>What verifying a chain found.</summary>
/// <param name="Head">The last good record; <see cref="LedgerHead.Empty"/> when there is none. Worth keeping elsewhere, as the next anchor.</param>
/// <param name="Problem">The first thing wrong; null when the chain holds.</param>
public sealed record LedgerVerification(LedgerHead Head, LedgerProblem? Problem)
{
    /// <summary>
    /// True when every record is there, in order, and as it was hashed. That proves nothing about records cut from the end unless an anchor
    /// was given, nor against somebody who rewrote the whole chain and the anchor.
    /// </summary>
    public bool IsIntact => Problem is null;
}

/// <summary>The first thing wrong in a chain.</summary>
/// <param name="Sequence">The record concerned; for a gap or a cut, the first one missing.</param>
/// <param name="Fault">What kind of wrong.</param>
/// <param name="Detail">For a person to read; holds no text of the record.</param>
public sealed record LedgerProblem(long Sequence, LedgerFault Fault, string Detail);

/// <summary>How a chain can be wrong. The names are stable.</summary>
public enum LedgerFault
{
    /// <summary>A record is missing between two that are there.</summary>
    Gap,

    /// <summary>A record comes again, or after a later one.</summary>
    OutOfOrder,

    /// <summary>A record does not name the hash of the one before.</summary>
    BrokenLink,

    /// <summary>A record's content is not what was hashed.</summary>
    Altered,

    /// <summary>The record at the anchor's number has another hash: the chain was rewritten.</summary>
    AnchorMismatch,

    /// <summary>The chain ends before the anchor: records were cut from its end.</summary>
    Truncated,

    /// <summary>A line of an export is not one that the exporter writes.</summary>
    Malformed,
}
