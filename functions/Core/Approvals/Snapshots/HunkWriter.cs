using System.Collections.Immutable;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>Turns the changes of one file into the hunks of a unified diff, with three lines around each change.</summary>
internal sealed class HunkWriter(SnapshotText before, SnapshotText after, SnapshotLimits limits)
{
    private const int Context = 3;
    private const string NoLineEnd = "No newline at end of file";

    private readonly ImmutableArray<SnapshotHunk>.Builder _hunks = ImmutableArray.CreateBuilder<SnapshotHunk>();
    private readonly ImmutableArray<SnapshotLine>.Builder _lines = ImmutableArray.CreateBuilder<SnapshotLine>();
    private int _old;
    private int _new;
    private int _counted;
    private int _oldStart;
    private int _newStart;

    /// <summary>All hunks; a run of changes too long for one is several.</summary>
    public ImmutableArray<SnapshotHunk> Write(ImmutableArray<LineChange> changes)
    {
        foreach (var change in changes)
        {
            Approach(change.OldStart - _old);
            for (var i = 0; i < change.OldCount; i++)
            {
                Add('-', before, _old++, ref _oldStart);
            }

            for (var i = 0; i < change.NewCount; i++)
            {
                Add('+', after, _new++, ref _newStart);
            }
        }

        Unchanged(Math.Min(Context, after.Lines.Count - _new));
        Flush();
        return _hunks.ToImmutable();
    }

    /// <summary>The unchanged lines before a change: near ones join it to the change before, far ones begin a hunk.</summary>
    private void Approach(int gap)
    {
        var trailing = _counted == 0 ? 0 : Context;
        if (gap > trailing + Context)
        {
            Unchanged(trailing);
            Flush();
            (_old, _new) = (_old + gap - trailing - Context, _new + gap - trailing - Context);
            gap = Context;
        }

        Unchanged(gap);
    }

    private void Unchanged(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add(' ', after, _new, ref _newStart);
            _oldStart = _oldStart == 0 ? _old + 1 : _oldStart;
            (_old, _new) = (_old + 1, _new + 1);
        }
    }

    private void Add(char kind, SnapshotText side, int line, ref int start)
    {
        if (_counted == limits.HunkLines)
        {
            Flush();
        }

        start = start == 0 ? line + 1 : start;
        _lines.Add(SnapshotCut.Line(kind, side.Shown[line], limits));
        _counted++;
        if (side.IsUnended(line))
        {
            _lines.Add(new('\\', NoLineEnd));
        }
    }

    private void Flush()
    {
        if (_counted > 0)
        {
            _hunks.Add(new(_oldStart, _newStart, _lines.ToImmutable()));
        }

        _lines.Clear();
        (_counted, _oldStart, _newStart) = (0, 0, 0);
    }
}
