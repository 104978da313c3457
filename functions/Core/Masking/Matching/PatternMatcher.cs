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

    /// <summary>So many failures are remembered at once: a power of two.</summary>
    private const int Remembered = 1 << 13;

    /// <summary>What a way has taken that begins with its instruction, and does not take up a run again.</summary>
    private const int NotBegun = -1;

    private readonly PooledStack<Way> _open = new();
    private readonly Counted[] _counted = new Counted[8];
    private ulong[]? _failed;
    private uint _search;
    private int _tries;

    /// <summary>The leftmost match that begins in one of the starts, which are in order and do not overlap, at <paramref name="from"/> or after.</summary>
    public RunEnd Find(MaskRule rule, ReadOnlySpan<byte> text, ReadOnlySpan<Starts> starts, int from, bool end, out RuleMatch match, out int undecidedFrom)
    {
        match = default;
        undecidedFrom = 0;
        _tries = 0;
        _search = (_search + 1) & 0xFFFFF;
        foreach (var (first, last) in starts)
        {
            if (last < from || !rule.Program.Filter.MayMatch(text, Math.Max(first, from), last, rule.Before, end))
            {
                continue;
            }

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
        if (_failed is not null)
        {
            ArrayPool<ulong>.Shared.Return(_failed);
            _failed = null;
        }

        _open.Dispose();
    }

    private RunEnd Try(MaskRule rule, ReadOnlySpan<byte> text, int start, bool end, out RuleMatch match)
    {
        match = default;
        var steps = rule.Program.Steps;
        _open.Clear();
        var (index, at, valueStart, valueEnd) = (rule.Program.Start, start, -1, -1);
        while (true)
        {
            ref readonly var step = ref steps[index];
            var leadsOn = false;
            switch (step.Move)
            {
                case Move.One:
                    if (at < text.Length)
                    {
                        leadsOn = step.Class!.Contains(text[at]);
                        at++;
                        index = step.Next;
                    }
                    else if (!end)
                    {
                        return RunEnd.Undecided;
                    }

                    break;
                case Move.Switch:
                    if (at < text.Length)
                    {
                        index = step.Table![text[at]];
                        leadsOn = index >= 0;
                    }
                    else if (!end)
                    {
                        return RunEnd.Undecided;
                    }

                    break;
                case Move.Split:
                    if (at == text.Length && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (step.Class is not null && (at == text.Length ? rule.After is null : !step.Class.Contains(text[at])))
                    {
                        leadsOn = true;
                        index = step.Other;
                    }
                    else if (!FailedBefore(index, at))
                    {
                        leadsOn = true;
                        _open.Push(new(step.Other, at, valueStart, valueEnd, NotBegun));
                        index = step.Next;
                    }

                    break;
                case Move.Run when step.Most == int.MaxValue && rule.Trailing is not null:
                    var until = Math.Max(start + Cut, at + step.Least);
                    var trailing = Length(index, step.Class!, text, at, Math.Min(text.Length, until) - at);
                    if (at + trailing == until)
                    {
                        match = new(start, until, valueStart < 0 ? start : valueStart, until, GoesOn: true);
                        return RunEnd.Match;
                    }

                    if (at + trailing == text.Length && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    leadsOn = trailing >= step.Least;
                    at += trailing;
                    index = step.Next;
                    break;
                case Move.Run:
                    var taken = Length(index, step.Class!, text, at, Math.Min(step.Most, text.Length - at));
                    if (taken == text.Length - at && taken < step.Most && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    leadsOn = taken >= step.Least && (step.Keeps || !FailedBefore(index, at));
                    if (leadsOn && !step.Keeps && taken > step.Least)
                    {
                        _open.Push(new(index, at, valueStart, valueEnd, taken));
                    }

                    at += taken;
                    index = step.Next;
                    break;
                case Move.LazyRun:
                    leadsOn = step.Class!.Run(text.Slice(at, Math.Min(step.Least, text.Length - at))) == step.Least;
                    if (!leadsOn && text.Length - at < step.Least && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (leadsOn)
                    {
                        _open.Push(new(index, at, valueStart, valueEnd, step.Least));
                        at += step.Least;
                        index = step.Next;
                    }

                    break;
                case Move.ValueStart:
                    leadsOn = true;
                    valueStart = at;
                    index = step.Next;
                    break;
                case Move.ValueEnd:
                    leadsOn = true;
                    valueEnd = at;
                    index = step.Next;
                    break;
                default:
                    if (rule.After is not null && at == text.Length && !end)
                    {
                        return RunEnd.Undecided;
                    }

                    if (rule.After is null || at == text.Length || rule.After.Contains(text[at]))
                    {
                        match = new(start, at, valueStart < 0 ? start : valueStart, valueEnd < 0 ? at : valueEnd, GoesOn: false);
                        return RunEnd.Match;
                    }

                    break;
            }

            if (leadsOn)
            {
                continue;
            }

            if (!GoBack(steps, text, end, out var way, out var undecided))
            {
                return undecided ? RunEnd.Undecided : RunEnd.None;
            }

            (index, at, valueStart, valueEnd) = (way.Step, way.At, way.ValueStart, way.ValueEnd);
        }
    }

    /// <summary>How many members stand at a place, at most so many. What was counted before is not counted again.</summary>
    private int Length(int step, ByteClass members, ReadOnlySpan<byte> text, int at, int most)
    {
        ref var counted = ref _counted[step & 7];
        if (counted.Step != step || counted.Search != _search || at < counted.From || at > counted.To)
        {
            counted = new(step, _search, at, at, Ended: false);
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
    private bool GoBack(MoveStep[] steps, ReadOnlySpan<byte> text, bool end, out Way way, out bool undecided)
    {
        undecided = false;
        while (_open.TryPop(out way))
        {
            _tries++;
            if (way.Taken == NotBegun)
            {
                return true;
            }

            ref readonly var step = ref steps[way.Step];
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

            var next = way.At + way.Taken;
            if (way.Taken < step.Most && next == text.Length && !end)
            {
                undecided = true;
                return false;
            }

            if (way.Taken < step.Most && next < text.Length && step.Class!.Contains(text[next]))
            {
                _open.Push(way with { Taken = way.Taken + 1 });
                way = way with { Step = step.Next, At = next + 1 };
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the instruction was tried at the place before; from now on it was, as long as its place in the memory is not taken.</summary>
    private bool FailedBefore(int step, int at)
    {
        if (_tries < Many)
        {
            return false;
        }

        if (_failed is null)
        {
            _failed = ArrayPool<ulong>.Shared.Rent(Remembered);
            _failed.AsSpan(0, Remembered).Clear();
        }

        var key = ((ulong)_search << 44) | ((ulong)(uint)step << 24) | (uint)at;
        ref var place = ref _failed[(int)((key * 0x9E3779B97F4A7C15) >> 51)];
        var before = place == key;
        place = key;
        return before;
    }

    /// <summary>One way through the pattern: the instruction to try, where, what it holds, and how much a run has taken.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Way(int Step, int At, int ValueStart, int ValueEnd, int Taken);

    /// <summary>A stretch of members that a run has counted, and whether it is known to end there.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Counted(int Step, uint Search, int From, int To, bool Ended);
}
