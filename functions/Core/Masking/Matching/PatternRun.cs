using System.Buffers;
using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;

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

/// <summary>
/// Pike's virtual machine: all ways through a pattern at once, in the order a backtracking matcher would try them, so that it finds the same match in
/// time linear in text times pattern, whatever the text. It runs over bytes, only from places near an anchor, and knows at the text's end whether
/// more text could change its answer, which .NET's Regex cannot say; that is why the engine has its own.
/// </summary>
internal sealed class PatternRun : IDisposable
{
    private readonly Stack<(int At, Way Way)> _open = new();
    private Way[] _here;
    private Way[] _next;
    private int[] _seen;
    private int _hereCount;
    private int _nextCount;
    private int _mark;

    public PatternRun(int steps)
    {
        _here = ArrayPool<Way>.Shared.Rent(steps);
        _next = ArrayPool<Way>.Shared.Rent(steps);
        _seen = ArrayPool<int>.Shared.Rent(steps);
        _seen.AsSpan().Clear();
    }

    /// <summary>The leftmost match that begins in one of the starts, which are in order and do not overlap.</summary>
    public RunEnd Find(MaskRule rule, ReadOnlySpan<byte> text, ReadOnlySpan<Starts> starts, int from, bool end, out RuleMatch match, out int undecidedFrom)
    {
        match = default;
        undecidedFrom = 0;
        var matched = false;
        var program = rule.Program;
        _hereCount = 0;
        _mark++;
        var window = 0;
        for (var at = from; ; at++)
        {
            while (window < starts.Length && starts[window].Last < at)
            {
                window++;
            }

            if (_hereCount == 0)
            {
                if (matched || window == starts.Length)
                {
                    return matched ? RunEnd.Match : RunEnd.None;
                }

                at = Math.Max(at, starts[window].First);
            }

            if (!matched && window < starts.Length && at >= starts[window].First && at < text.Length
                && program.First.Contains(text[at]) && Boundary.Before(rule.Before, text[..at]))
            {
                Follow(program, program.Start, new Way(0, at, -1, -1), at, _here, ref _hereCount);
            }

            if (_hereCount == 0)
            {
                continue;
            }

            if (rule.Trailing is not null && at - _here[0].Start >= PatternParser.LongestMatch)
            {
                return Cut(program, at, out match);
            }

            if (at == text.Length && !end && !(_here[0] is var first && program.Steps[first.At].Step == Step.Accept && rule.After is null))
            {
                undecidedFrom = matched ? match.Start : int.MaxValue;
                for (var i = 0; i < _hereCount; i++)
                {
                    undecidedFrom = Math.Min(undecidedFrom, _here[i].Start);
                }

                return RunEnd.Undecided;
            }

            _nextCount = 0;
            _mark++;
            for (var i = 0; i < _hereCount; i++)
            {
                var way = _here[i];
                var step = program.Steps[way.At];
                if (step.Step == Step.Accept)
                {
                    if (rule.After is null || at == text.Length || rule.After.Contains(text[at]))
                    {
                        matched = true;
                        match = Match(way, at, goesOn: false);
                        break;
                    }
                }
                else if (at < text.Length && step.Class!.Contains(text[at]))
                {
                    Follow(program, step.Next, way, at + 1, _next, ref _nextCount);
                }
            }

            (_here, _next) = (_next, _here);
            _hereCount = _nextCount;
            if (at == text.Length)
            {
                return matched ? RunEnd.Match : RunEnd.None;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<Way>.Shared.Return(_here);
        ArrayPool<Way>.Shared.Return(_next);
        ArrayPool<int>.Shared.Return(_seen);
        _here = _next = [];
        _seen = [];
    }

    private static RuleMatch Match(Way way, int at, bool goesOn) =>
        new(way.Start, at, way.ValueStart < 0 ? way.Start : way.ValueStart, way.ValueEnd < 0 || goesOn ? at : way.ValueEnd, goesOn);

    private RunEnd Cut(PatternProgram program, int at, out RuleMatch match)
    {
        for (var i = 0; i < _hereCount; i++)
        {
            if (program.Steps[_here[i].At].Step == Step.Accept)
            {
                match = Match(_here[i], at, goesOn: true);
                return RunEnd.Match;
            }
        }

        throw new InvalidOperationException("A pattern is longer than its bound and not in its last repetition.");
    }

    /// <summary>Adds the ways that lead on from an instruction without a byte, the preferred first.</summary>
    private void Follow(PatternProgram program, int start, Way way, int at, Way[] list, ref int count)
    {
        _open.Push((start, way));
        while (_open.TryPop(out var item))
        {
            if (_seen[item.At] == _mark)
            {
                continue;
            }

            _seen[item.At] = _mark;
            var step = program.Steps[item.At];
            switch (step.Step)
            {
                case Step.Split:
                    _open.Push((step.Other, item.Way));
                    _open.Push((step.Next, item.Way));
                    break;
                case Step.ValueStart:
                    _open.Push((step.Next, item.Way with { ValueStart = at }));
                    break;
                case Step.ValueEnd:
                    _open.Push((step.Next, item.Way with { ValueEnd = at }));
                    break;
                default:
                    list[count++] = item.Way with { At = item.At };
                    break;
            }
        }
    }

    /// <summary>One way through the pattern.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Way(int At, int Start, int ValueStart, int ValueEnd);
}
