using System.Buffers;
using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>
/// A backtracking matcher over bytes that starts only near an anchor and knows when more text decides, which .NET's Regex cannot say; that is why the
/// engine has its own. Once it has tried much it remembers which instruction failed where, and that does not depend on where the match began: so it
/// stays linear in text times pattern, whatever the text.
/// </summary>
internal sealed class PatternMatcher : IDisposable
{
    /// <summary>Of a value without a bound, so many bytes from the match's beginning are looked at, and their digest taken.</summary>
    public const int Cut = 1024;

    /// <summary>Tries after which failures are remembered.</summary>
    private const int Many = 4096;

    /// <summary>What a way has taken that begins with its instruction, and does not take up a run again.</summary>
    private const int NotBegun = -1;

    private readonly PooledStack<Way> _open = new();
    private readonly Counted[] _counted = new Counted[8];
    private ulong[]? _failed;
    private int _failedWidth;
    private int _tries;

    /// <summary>The leftmost match that begins in one of the starts, which are in order and do not overlap, at <paramref name="from"/> or after.</summary>
    public RunEnd Find(MaskRule rule, ReadOnlySpan<byte> text, ReadOnlySpan<Starts> starts, int from, bool end, out RuleMatch match, out int undecidedFrom)
    {
        match = default;
        undecidedFrom = 0;
        _tries = 0;
        Forget();
        Array.Fill(_counted, new(-1, 0, 0, Ended: false));
        foreach (var (first, last) in starts)
        {
            for (var at = Math.Max(first, from); at <= last && at < text.Length; at++)
            {
                if (!rule.Program.First.Contains(text[at]) || !(at == 0 || rule.Before is null || rule.Before.Contains(text[at - 1])))
                {
                    continue;
                }

                var ended = Try(rule, text, at, end, out match);
                if (ended != RunEnd.None)
                {
                    undecidedFrom = at;
                    return ended;
                }
            }
        }

        return RunEnd.None;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _open.Dispose();
    }

    private RunEnd Try(MaskRule rule, ReadOnlySpan<byte> text, int start, bool end, out RuleMatch match)
    {
        match = default;
        var steps = rule.Program.Steps;
        _open.Clear();
        var way = new Way(rule.Program.Start, start, -1, -1, 0);
        while (true)
        {
            var step = steps[way.Step];
            var fails = false;
            switch (step.Move)
            {
                case Move.One:
                    if (way.At == text.Length)
                    {
                        if (!end)
                        {
                            return RunEnd.Undecided;
                        }

                        fails = true;
                    }
                    else if (step.Class!.Contains(text[way.At]))
                    {
                        way = way with { Step = step.Next, At = way.At + 1 };
                    }
                    else
                    {
                        fails = true;
                    }

                    break;
                case Move.Split:
                    if (way.At == text.Length && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (step.Class is not null && (way.At == text.Length || !step.Class.Contains(text[way.At])) && !EndsHere(rule, text, way.At))
                    {
                        way = way with { Step = step.Other };
                    }
                    else if (FailedBefore(way.Step, way.At, steps.Length, text.Length))
                    {
                        fails = true;
                    }
                    else
                    {
                        _open.Push(way with { Step = step.Other, Taken = NotBegun });
                        way = way with { Step = step.Next };
                    }

                    break;
                case Move.Run:
                    if (rule.Trailing is not null && step.Most == int.MaxValue)
                    {
                        var ended = TakeTrailing(step, text, start, end, ref way, ref fails, out var cut);
                        if (ended == RunEnd.Undecided)
                        {
                            return ended;
                        }

                        if (cut)
                        {
                            match = new(start, way.At, way.ValueStart < 0 ? start : way.ValueStart, way.At, GoesOn: true);
                            return RunEnd.Match;
                        }

                        break;
                    }

                    var most = Math.Min(step.Most, text.Length - way.At);
                    var taken = Length(way.Step, step.Class!, text, way.At, most);
                    if (taken == text.Length - way.At && taken < step.Most && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (taken < step.Least || (!step.Keeps && FailedBefore(way.Step, way.At, steps.Length, text.Length)))
                    {
                        fails = true;
                    }
                    else
                    {
                        if (!step.Keeps && taken > step.Least)
                        {
                            _open.Push(way with { Taken = taken });
                        }

                        way = way with { Step = step.Next, At = way.At + taken };
                    }

                    break;
                case Move.LazyRun:
                    var fewest = step.Class!.Run(text.Slice(way.At, Math.Min(step.Least, text.Length - way.At)));
                    if (fewest < step.Least)
                    {
                        if (way.At + fewest == text.Length && !end)
                        {
                            return RunEnd.Undecided;
                        }

                        fails = true;
                    }
                    else
                    {
                        _open.Push(way with { Taken = step.Least });
                        way = way with { Step = step.Next, At = way.At + step.Least };
                    }

                    break;
                case Move.ValueStart:
                    way = way with { Step = step.Next, ValueStart = way.At };
                    break;
                case Move.ValueEnd:
                    way = way with { Step = step.Next, ValueEnd = way.At };
                    break;
                default:
                    if (rule.After is not null && way.At == text.Length && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (rule.After is null || way.At == text.Length || rule.After.Contains(text[way.At]))
                    {
                        match = new(start, way.At, way.ValueStart < 0 ? start : way.ValueStart, way.ValueEnd < 0 ? way.At : way.ValueEnd, GoesOn: false);
                        return RunEnd.Match;
                    }

                    fails = true;
                    break;
            }

            if (fails && !GoBack(steps, text, end, ref way, out var undecided))
            {
                return undecided ? RunEnd.Undecided : RunEnd.None;
            }
        }
    }

    /// <summary>At the text's end a preferred way that begins with a byte may still end the pattern when a class of bytes after it also takes the end.</summary>
    private static bool EndsHere(MaskRule rule, ReadOnlySpan<byte> text, int at) => at == text.Length && rule.After is not null;

    /// <summary>The one repetition without a bound: taken to its end, or to the cut.</summary>
    private RunEnd TakeTrailing(MoveStep step, ReadOnlySpan<byte> text, int start, bool end, ref Way way, ref bool fails, out bool cut)
    {
        var until = Math.Max(start + Cut, way.At + step.Least);
        var taken = Length(way.Step, step.Class!, text, way.At, Math.Min(text.Length, until) - way.At);
        cut = way.At + taken == until;
        if (!cut && way.At + taken == text.Length && !end)
        {
            return RunEnd.Undecided;
        }

        fails = taken < step.Least;
        cut &= !fails;
        way = way with { Step = step.Next, At = way.At + taken };
        return RunEnd.None;
    }

    /// <summary>How many members stand at a place, at most so many. What was counted before is not counted again.</summary>
    private int Length(int step, ByteClass members, ReadOnlySpan<byte> text, int at, int most)
    {
        ref var counted = ref _counted[step & 7];
        if (counted.Step != step || at < counted.From || at > counted.To)
        {
            counted = new(step, at, at, Ended: false);
        }

        if (!counted.Ended && counted.To - at < most)
        {
            var more = members.Run(text[counted.To..(at + most)]);
            _tries += more >> 4;
            counted = counted with { To = counted.To + more, Ended = counted.To + more < at + most };
        }

        return Math.Min(most, counted.To - at);
    }

    /// <summary>Takes up the latest way left open; false when there is none, or the text's end decides.</summary>
    private bool GoBack(MoveStep[] steps, ReadOnlySpan<byte> text, bool end, ref Way way, out bool undecided)
    {
        undecided = false;
        while (_open.TryPop(out way))
        {
            _tries++;
            var step = steps[way.Step];
            if (way.Taken == NotBegun)
            {
                return true;
            }

            if (step.Move == Move.Run)
            {
                var taken = way.Taken - 1;
                if (taken > step.Least)
                {
                    _open.Push(way with { Taken = taken });
                }

                way = way with { Step = step.Next, At = way.At + taken };
                return true;
            }

            if (step.Move == Move.LazyRun)
            {
                var next = way.At + way.Taken;
                if (way.Taken == step.Most)
                {
                    continue;
                }

                if (next == text.Length)
                {
                    if (!end)
                    {
                        undecided = true;
                        return false;
                    }

                    continue;
                }

                if (!step.Class!.Contains(text[next]))
                {
                    continue;
                }

                _open.Push(way with { Taken = way.Taken + 1 });
                way = way with { Step = step.Next, At = next + 1 };
                return true;
            }

            throw new InvalidOperationException("An instruction that never leaves a way open.");
        }

        return false;
    }

    /// <summary>Whether the instruction was tried at the place before; from now on it was. Answers no as long as little was tried.</summary>
    private bool FailedBefore(int step, int at, int steps, int length)
    {
        if (_tries < Many)
        {
            return false;
        }

        if (_failed is null)
        {
            _failedWidth = length + 1;
            var words = ((steps * _failedWidth) + 63) / 64;
            _failed = ArrayPool<ulong>.Shared.Rent(words);
            _failed.AsSpan(0, words).Clear();
        }

        var bit = (step * _failedWidth) + at;
        ref var word = ref _failed[bit >> 6];
        var mask = 1UL << (bit & 63);
        var before = (word & mask) != 0;
        word |= mask;
        return before;
    }

    private void Forget()
    {
        if (_failed is not null)
        {
            ArrayPool<ulong>.Shared.Return(_failed);
            _failed = null;
        }
    }

    /// <summary>One way through the pattern: the instruction to try, where, what it holds, and how much a run has taken.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Way(int Step, int At, int ValueStart, int ValueEnd, int Taken);

    /// <summary>A stretch of members that a run has counted, and whether it is known to end there.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Counted(int Step, int From, int To, bool Ended);
}
