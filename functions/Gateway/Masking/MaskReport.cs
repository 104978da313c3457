using System.Collections.Immutable;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Masking;

namespace CursorBroker.Gateway.Masking;

/// <summary>What was found in one answer, as far as the audit holds it.</summary>
internal sealed class MaskReport
{
    private readonly SortedDictionary<(string Rule, MaskAction Action), long> _counts = [];
    private readonly List<MaskedSecret> _first = [];
    private long _total;

    /// <summary>The rule for which the answer ends; null while there is none.</summary>
    public string? BlockedBy { get; private set; }

    /// <summary>Takes what is new since the last time.</summary>
    /// <param name="findings">All of one masker's.</param>
    /// <param name="from">How many were taken already.</param>
    /// <param name="place">body or header.</param>
    /// <param name="blockedBy">The masker's own word.</param>
    public void Add(IReadOnlyList<MaskFinding> findings, int from, string place, string? blockedBy)
    {
        BlockedBy ??= blockedBy;
        for (var i = from; i < findings.Count; i++)
        {
            var found = findings[i];
            _total++;
            _counts[(found.RuleId, found.Action)] = _counts.GetValueOrDefault((found.RuleId, found.Action)) + 1;
            if (_first.Count < AnswerMasked.MostFindings)
            {
                _first.Add(new(found.RuleId, NameOf(found.Action), place, found.Offset, found.Length, found.Line, found.Column, found.Digest));
            }
        }
    }

    /// <summary>For the audit; null when nothing was found.</summary>
    public AnswerMasked? ToEvent() => _total == 0 && BlockedBy is null
        ? null
        : new(_total, [.. _counts.Select(static pair => new MaskCount(pair.Key.Rule, NameOf(pair.Key.Action), pair.Value))], [.. _first], BlockedBy);

    private static string NameOf(MaskAction action) => action.ToString().ToLowerInvariant();
}
