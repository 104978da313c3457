using System.Collections.Immutable;
using DiffPlex;
using DiffPlex.Chunkers;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>Lines that went and lines that came in their place.</summary>
/// <param name="OldStart">First line that went, from 0.</param>
/// <param name="OldCount">How many.</param>
/// <param name="NewStart">First line that came.</param>
/// <param name="NewCount">How many.</param>
internal readonly record struct LineChange(int OldStart, int OldCount, int NewStart, int NewCount);

/// <summary>Finds which lines changed, within a budget of work that all files of a snapshot share.</summary>
internal sealed class LineDiff(SnapshotLimits limits)
{
    private static readonly CustomFunctionChunker Lines = new(SnapshotText.Split);

    private long _left = limits.WorkInAll;

    /// <summary>The changes in order. What lies between them is the same on both sides.</summary>
    public ImmutableArray<LineChange> Compare(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var shorter = Math.Min(before.Count, after.Count);
        var head = 0;
        while (head < shorter && before[head] == after[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < shorter - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        var middle = new LineChange(head, before.Count - head - tail, head, after.Count - head - tail);
        if (middle is { OldCount: 0, NewCount: 0 })
        {
            return [];
        }

        return middle.OldCount > 0 && middle.NewCount > 0 && Affords(middle.OldCount + middle.NewCount) ? Compare(before, after, middle) : [middle];
    }

    // The algorithm takes lines times differences: for two texts with nothing in common, the square of their lines.
    private bool Affords(long lines)
    {
        var work = lines * lines;
        if (work > limits.FileWork || work > _left)
        {
            return false;
        }

        _left -= work;
        return true;
    }

    private static ImmutableArray<LineChange> Compare(IReadOnlyList<string> before, IReadOnlyList<string> after, LineChange middle)
    {
        var (went, came) = (Text(before, middle.OldStart, middle.OldCount), Text(after, middle.NewStart, middle.NewCount));
        return
        [
            .. Differ.Instance.CreateDiffs(went, came, ignoreWhiteSpace: false, ignoreCase: false, Lines).DiffBlocks.Select(block => new LineChange(
                middle.OldStart + block.DeleteStartA, block.DeleteCountA, middle.NewStart + block.InsertStartB, block.InsertCountB)),
        ];
    }

    private static string Text(IReadOnlyList<string> lines, int start, int count) => string.Concat(lines.Skip(start).Take(count));
}
