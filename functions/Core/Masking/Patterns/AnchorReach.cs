using System.Runtime.InteropServices;
using System.Text;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>How many bytes of a match stand before its first anchor.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Reach(int Least, int Most);

/// <summary>
/// Proves that every match of a pattern holds an anchor, and finds how far before an anchor a match can begin, by running the pattern's instructions
/// against an automaton of the anchors. So the matcher starts only where a match can.
/// </summary>
internal static class AnchorReach
{
    /// <summary>For each anchor; null for one that no match holds first.</summary>
    /// <exception cref="PatternException">A match without an anchor is possible.</exception>
    public static Reach?[] Find(PatternProgram program, IReadOnlyList<string> anchors, bool ignoreCase)
    {
        var automaton = new AnchorAutomaton(anchors.Select(anchor => Encoding.ASCII.GetBytes(ignoreCase ? anchor.ToLowerInvariant() : anchor)).ToList());
        var reach = new Reach?[anchors.Count];
        var bytes = automaton.Bytes;

        // An instruction leads on to lower indexes only, but for the last repetition, which nothing without an anchor may reach.
        var places = new Dictionary<int, Reach>?[program.Steps.Length];
        places[program.Start] = new() { [0] = new(0, 0) };
        for (var at = program.Start; at >= 0; at--)
        {
            if (places[at] is not { } states)
            {
                continue;
            }

            var step = program.Steps[at];
            if (step.Step == Step.Accept || (step.Step == Step.Split && Math.Max(step.Next, step.Other) > at))
            {
                throw new PatternException(0, "A match without any of the anchors is possible");
            }

            foreach (var (state, length) in states)
            {
                if (step.Step != Step.Take)
                {
                    Enter(places, step.Next, state, length);
                    if (step.Step == Step.Split)
                    {
                        Enter(places, step.Other, state, length);
                    }

                    continue;
                }

                var longer = new Reach(length.Least + 1, length.Most + 1);
                foreach (var value in bytes)
                {
                    if (!Takes(step.Class!, value, bytes, ignoreCase))
                    {
                        continue;
                    }

                    var to = value < 0 ? 0 : automaton.Next(state, (byte)value);
                    if (automaton.Found(to) is not { Count: > 0 } found)
                    {
                        Enter(places, step.Next, to, longer);
                        continue;
                    }

                    foreach (var anchor in found)
                    {
                        var before = new Reach(longer.Least - anchors[anchor].Length, longer.Most - anchors[anchor].Length);
                        reach[anchor] = reach[anchor] is { } known ? Both(known, before) : before;
                    }
                }
            }

            places[at] = null;
        }

        return reach;
    }

    /// <summary>The same, when every match holds an anchor wholly before the group; null when not.</summary>
    public static Reach?[]? FindBefore(PatternNode node, string group, IReadOnlyList<string> anchors, bool ignoreCase)
    {
        if (node is not Sequence sequence || sequence.Items.ToList().FindIndex(item => item is Named named && named.Name == group) is not (> 0 and var at))
        {
            return null;
        }

        try
        {
            return Find(PatternProgram.Compile(new Sequence(sequence.Items[..at])), anchors, ignoreCase);
        }
        catch (PatternException)
        {
            // Not an error: its anchors stand elsewhere, so they are looked for everywhere.
            return null;
        }
    }

    private static Reach Both(Reach one, Reach other) => new(Math.Min(one.Least, other.Least), Math.Max(one.Most, other.Most));

    private static void Enter(Dictionary<int, Reach>?[] places, int at, int state, Reach length)
    {
        var states = places[at] ??= [];
        states[state] = states.TryGetValue(state, out var known) ? Both(known, length) : length;
    }

    /// <summary>Whether the class takes the byte in either case; -1 stands for all bytes that no anchor has.</summary>
    private static bool Takes(ByteClass members, int value, List<int> bytes, bool ignoreCase)
    {
        if (value >= 0)
        {
            return members.Contains((byte)value) || (ignoreCase && value is >= 'a' and <= 'z' && members.Contains((byte)(value & ~0x20)));
        }

        for (var other = 0; other < 256; other++)
        {
            var folded = ignoreCase && other is >= 'A' and <= 'Z' ? other | 0x20 : other;
            if (members.Contains((byte)other) && !bytes.Contains(folded))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Aho and Corasick's automaton over a rule's anchors.</summary>
internal sealed class AnchorAutomaton
{
    private readonly List<int[]> _next = [new int[256]];
    private readonly List<List<int>> _found = [[]];

    public AnchorAutomaton(List<byte[]> anchors)
    {
        Bytes = [-1, .. anchors.SelectMany(static anchor => anchor).Distinct().Select(static value => (int)value)];
        for (var i = 0; i < anchors.Count; i++)
        {
            var state = 0;
            foreach (var value in anchors[i])
            {
                if (_next[state][value] == 0)
                {
                    _next.Add(new int[256]);
                    _found.Add([]);
                    _next[state][value] = _next.Count - 1;
                }

                state = _next[state][value];
            }

            _found[state].Add(i);
        }

        var back = new int[_next.Count];
        var queue = new Queue<int>(_next[0].Where(static state => state != 0));
        while (queue.TryDequeue(out var state))
        {
            _found[state].AddRange(_found[back[state]]);
            for (var value = 0; value < 256; value++)
            {
                var child = _next[state][value];
                if (child == 0)
                {
                    _next[state][value] = _next[back[state]][value];
                }
                else
                {
                    back[child] = _next[back[state]][value];
                    queue.Enqueue(child);
                }
            }
        }
    }

    /// <summary>The bytes that stand in anchors, and -1 for all others.</summary>
    public List<int> Bytes { get; }

    public int Next(int state, byte value) => _next[state][value];

    public List<int> Found(int state) => _found[state];
}
