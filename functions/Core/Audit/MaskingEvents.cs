using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>Secrets were found in an answer on its way to the caller. Recorded with the end of the exchange.</summary>
/// <param name="Total">How many.</param>
/// <param name="Counts">How many by rule and action.</param>
/// <param name="Findings">The first of them.</param>
/// <param name="BlockedBy">The rule for which the answer was refused or cut off; null when none did.</param>
public sealed record AnswerMasked(long Total, ImmutableArray<MaskCount> Counts, ImmutableArray<MaskedSecret> Findings, string? BlockedBy) : AuditEvent
{
    /// <summary>How many findings are named one by one; the rest is in the counts.</summary>
    public const int MostFindings = 50;

    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 600;
}

/// <summary>How many secrets one rule found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Action">What was done about them: mask, block or audit.</param>
/// <param name="Count">How many.</param>
public sealed record MaskCount(string Rule, string Action, long Count);

/// <summary>One secret. Never the secret itself.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Action">What was done about it: mask, block or audit.</param>
/// <param name="In">Where: body or header.</param>
/// <param name="Offset">Where it begins, in bytes from 0 of what was sent.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 1, in bytes.</param>
/// <param name="Digest">A keyed digest of it, the same for the same secret within a session.</param>
public sealed record MaskedSecret(string Rule, string Action, string In, long Offset, int Length, int Line, int Column, string Digest);
