using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Patterns;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>
/// Says in one pass over the text, one lookup a byte, whether any match can begin in some range: nearly always none can, and then the matcher need not
/// try each place. It is the program as a deterministic automaton, of which a state is made when a text first leads to it; all streams share it. It may
/// take a range for one with a match that has none, never the other way round: long repetitions are counted to their least only, and when there are too
/// many states, or too far is looked, it says yes.
/// </summary>
internal sealed class MatchFilter
{
    /// <summary>Most states of one pattern.</summary>
    private const int MostStates = 1024;

    /// <summary>Most instructions that all of them hold together.</summary>
    private const int MostHeld = 64 * 1024;

    /// <summary>So far behind the last beginning it looks: less than <see cref="PatternMatcher.Cut"/>, where a value without a bound ends by itself.</summary>
    private const int Farthest = 256;

    /// <summary>Longer repetitions are counted to their least only.</summary>
    private const int LongestCounted = 64;

    /// <summary>What the table holds where nobody was yet.</summary>
    private const int Unknown = 0;

    /// <summary>No state is left: more are needed than may be.</summary>
    private const int TooMany = -1;

    /// <summary>Added to where a state leads when that accepts.</summary>
    private const int Accepts = 1;

    private const int CountShift = 16;

    private readonly MatchProgram _program;
    private readonly ByteClass? _after;
    private readonly byte[] _kinds = new byte[256];
    private readonly int _kindCount;
    private readonly byte[] _examples;

    /// <summary>Entries of a row: one for each kind of byte where no match begins, one for each where one may; an even number, so that a bit is free.</summary>
    private readonly int _stride;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<int[]> _sets = [[], []];
    private readonly HashSet<int> _open = [];

    /// <summary>For each state, of which the index of its row is the name, where each byte leads. It is replaced when it grows.</summary>
    private volatile int[] _table;
    private int _held;

    public MatchFilter(MatchProgram program, ByteClass? after)
    {
        (_program, _after) = (program, after);
        (_kindCount, _examples) = FindKinds();
        _stride = 2 * _kindCount;
        _table = new int[8 * _stride];
    }

    /// <summary>The state in which nothing is open; row 0 is no state's, so that 0 is none.</summary>
    private int Dead => _stride;

    /// <summary>Whether a match may begin from <paramref name="first"/> to <paramref name="last"/>, or more text decides whether one does.</summary>
    public bool MayMatch(ReadOnlySpan<byte> text, int first, int last, ByteClass? before, bool end)
    {
        var (table, kinds, dead) = (_table, _kinds, Dead);
        var state = dead;
        var at = first;
        for (; at <= last && at < text.Length; at++)
        {
            var begins = before is null || at == 0 || before.Contains(text[at - 1]);
            if (begins || state != dead)
            {
                var next = table[state + kinds[text[at]] + (begins ? _kindCount : 0)];
                if ((next & Accepts) != 0 || next == Unknown)
                {
                    next = Look(ref table, state, text, at, begins ? _kindCount : 0);
                    if (next == TooMany)
                    {
                        return true;
                    }
                }

                state = next & ~Accepts;
            }
        }

        for (var stop = Math.Min(text.Length, at + Farthest); at < stop; at++)
        {
            var next = table[state + kinds[text[at]]];
            if ((next & Accepts) != 0 || next <= dead)
            {
                if (next == dead)
                {
                    return false;
                }

                next = Look(ref table, state, text, at, 0);
                if (next == TooMany)
                {
                    return true;
                }
            }

            state = next & ~Accepts;
        }

        return state != dead && (at < text.Length || !end);
    }

    /// <summary>Where a state leads that nobody was in yet or that accepts; too many also when a match ends there.</summary>
    private int Look(ref int[] table, int state, ReadOnlySpan<byte> text, int at, int column)
    {
        column += _kinds[text[at]];
        var next = table[state + column];
        next = next == Unknown ? Make(state, column) : next;
        table = _table;
        return (next & Accepts) != 0 && (_after is null || at + 1 == text.Length || _after.Contains(text[at + 1])) ? TooMany : next;
    }

    /// <summary>Tells bytes apart that some instruction tells apart.</summary>
    private (int Count, byte[] Examples) FindKinds()
    {
        var kinds = new int[256];
        var count = 1;
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var split = new Dictionary<(int, int), int>();
        foreach (var step in _program.Steps)
        {
            var by = step.Move == Move.Switch ? step.Table! : (object?)step.Class;
            if (by is null || step.Move == Move.Split || !seen.Add(by))
            {
                continue;
            }

            split.Clear();
            for (var value = 0; value < 256; value++)
            {
                var key = (kinds[value], step.Move == Move.Switch ? step.Table![value] : step.Class!.Contains((byte)value) ? 1 : 0);
                if (!split.TryGetValue(key, out var kind))
                {
                    split[key] = kind = split.Count;
                }

                kinds[value] = kind;
            }

            count = split.Count;
        }

        var examples = new byte[count];
        for (var value = 0; value < 256; value++)
        {
            _kinds[value] = (byte)kinds[value];
            examples[kinds[value]] = (byte)value;
        }

        return (count, examples);
    }

    /// <summary>Where a state leads, written into its row.</summary>
    private int Make(int state, int column)
    {
        lock (_gate)
        {
            _open.Clear();
            var value = _examples[column % _kindCount];
            foreach (var item in _sets[state / _stride])
            {
                Take(item, value);
            }

            if (column >= _kindCount)
            {
                Enter(_program.Start, 0, value);
            }

            var next = _open.Count == 0 ? Dead : Find([.. _open.Order()]);
            if (next != TooMany)
            {
                Volatile.Write(ref _table[state + column], next);
            }

            return next;
        }
    }

    private int Find(int[] set)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(set.AsSpan()));
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_sets.Count == MostStates || _held + set.Length > MostHeld)
        {
            return TooMany;
        }

        _held += set.Length;
        var state = _sets.Count * _stride;
        _sets.Add(set);
        if (state + _stride > _table.Length)
        {
            var larger = new int[_table.Length * 2];
            _table.CopyTo(larger, 0);
            _table = larger;
        }

        state |= Array.Exists(set, item => _program.Steps[item & ((1 << CountShift) - 1)].Move == Move.Accept) ? Accepts : 0;
        _known[key] = state;
        return state;
    }

    /// <summary>Takes the byte at an instruction that waits for one.</summary>
    private void Take(int item, byte value)
    {
        var (index, count) = (item & ((1 << CountShift) - 1), item >> CountShift);
        var step = _program.Steps[index];
        switch (step.Move)
        {
            case Move.One when step.Class!.Contains(value):
                Wait(step.Next, 0);
                break;
            case Move.Run or Move.LazyRun when step.Class!.Contains(value):
                Wait(index, step.Most > LongestCounted ? Math.Min(step.Least, count + 1) : count + 1);
                break;
            case Move.Switch when step.Table![value] >= 0:
                Enter(step.Table![value], 0, value);
                break;
            default:
                break;
        }
    }

    /// <summary>Goes to an instruction and takes the byte there.</summary>
    private void Enter(int index, int count, byte value)
    {
        foreach (var item in Reached(index, count))
        {
            Take(item, value);
        }
    }

    /// <summary>Goes to an instruction and waits there for the next byte.</summary>
    private void Wait(int index, int count)
    {
        foreach (var item in Reached(index, count))
        {
            _open.Add(item);
        }
    }

    /// <summary>The instructions that take a byte, or accept, to which one leads without any.</summary>
    private HashSet<int> Reached(int index, int count)
    {
        var reached = new HashSet<int>();
        var seen = new HashSet<int>();
        var open = new Stack<(int Index, int Count)>([(index, count)]);
        while (open.TryPop(out var way))
        {
            if (!seen.Add(way.Index | (way.Count << CountShift)))
            {
                continue;
            }

            var step = _program.Steps[way.Index];
            switch (step.Move)
            {
                case Move.Split:
                    open.Push((step.Next, 0));
                    open.Push((step.Other, 0));
                    break;
                case Move.ValueStart or Move.ValueEnd:
                    open.Push((step.Next, 0));
                    break;
                case Move.Run or Move.LazyRun:
                    if (way.Count >= step.Least)
                    {
                        open.Push((step.Next, 0));
                    }

                    if (way.Count < step.Most)
                    {
                        reached.Add(way.Index | (way.Count << CountShift));
                    }

                    break;
                default:
                    reached.Add(way.Index);
                    break;
            }
        }

        return reached;
    }
}
