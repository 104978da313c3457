using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Patterns;

namespace CursorBroker.Core.Masking.Matching;

/// <summary>What an instruction of a <see cref="MatchProgram"/> does.</summary>
internal enum Move : byte
{
    /// <summary>Takes one byte of the class.</summary>
    One,

    /// <summary>Takes from least to most bytes of the class, as many as there are.</summary>
    Run,

    /// <summary>Takes from least to most bytes of the class, as few as lead on.</summary>
    LazyRun,

    /// <summary>Goes on both ways, the first preferred.</summary>
    Split,

    /// <summary>Goes on as the next byte says.</summary>
    Switch,

    /// <summary>The masked group begins.</summary>
    ValueStart,

    /// <summary>The masked group ends.</summary>
    ValueEnd,

    /// <summary>The whole pattern has matched.</summary>
    Accept,
}

/// <summary>One instruction.</summary>
/// <param name="Move">What it does.</param>
/// <param name="Class">The bytes it takes; of a split, those that its preferred way can begin with (null when it can be empty).</param>
/// <param name="Next">Where it leads.</param>
/// <param name="Other">Where else a split leads.</param>
/// <param name="Least">Fewest bytes of a run.</param>
/// <param name="Most">Most bytes of a run; <see cref="int.MaxValue"/> for the one without a bound.</param>
/// <param name="Table">For each byte where a switch leads; -1 for a byte that leads nowhere.</param>
/// <param name="Keeps">Whether no byte that a run took is of use to what follows, so that it never gives one back.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MoveStep(Move Move, ByteClass? Class, int Next, int Other, int Least, int Most, bool Keeps, int[]? Table = null);

/// <summary>A pattern for <see cref="PatternMatcher"/>: repetitions of one class are one instruction, whatever their count.</summary>
internal sealed class MatchProgram
{
    private const int FewestOfASwitch = 5;

    private readonly List<MoveStep> _steps = [];
    private readonly string? _group;
    private readonly ByteClass? _after;
    private MatchFilter? _filter;

    private MatchProgram(string? group, ByteClass? after)
    {
        _group = group;
        _after = after;
    }

    public MoveStep[] Steps { get; private set; } = [];

    public int Start { get; private set; }

    /// <summary>The bytes that a match can begin with.</summary>
    public ByteClass First { get; private set; } = new();

    /// <summary>Says where none begins; made when it is first needed.</summary>
    public MatchFilter Filter => Volatile.Read(ref _filter) ?? LazyInitializer.EnsureInitialized(ref _filter, () => new(this, _after));

    public static MatchProgram Compile(PatternNode node, string? group, ByteClass? after)
    {
        var program = new MatchProgram(group, after);
        program.Start = program.Emit(node, program.Add(new(Move.Accept, null, 0, 0, 0, 0, false)));
        program.Steps = [.. program._steps];
        program.First = program.Follow(program.Start).Bytes;
        return program;
    }

    private int Add(MoveStep step)
    {
        if (_steps.Count == PatternProgram.Most)
        {
            throw new PatternException(0, $"Written out, it has more than {PatternProgram.Most} steps; use smaller repetitions");
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }

    private int Emit(PatternNode node, int next)
    {
        switch (node)
        {
            case OneOf one:
                return Add(new(Move.One, one.Class, next, 0, 1, 1, false));
            case Sequence sequence:
                return sequence.Items.Reverse().Aggregate(next, (following, item) => Emit(item, following));
            case Choice choice:
                return Emit(choice.Items, next);
            case Named named when named.Name == _group:
                return Add(new(Move.ValueStart, null, Emit(named.Item, Add(new(Move.ValueEnd, null, next, 0, 0, 0, false))), 0, 0, 0, false));
            case Named named:
                return Emit(named.Item, next);
            case Repeat { Item: OneOf one } repeat:
                var (following, mayEnd) = Follow(next);
                return Add(new(
                    repeat.Lazy ? Move.LazyRun : Move.Run, one.Class, next, 0, repeat.Least, repeat.Most ?? int.MaxValue, !repeat.Lazy && !mayEnd && !following.Overlaps(one.Class)));
            case Repeat repeat:
                return Emit(repeat, next);
            default:
                throw new InvalidOperationException("An unknown node.");
        }
    }

    private int Emit(Repeat repeat, int next)
    {
        var exit = next;
        for (var i = repeat.Least; i < repeat.Most; i++)
        {
            var body = Emit(repeat.Item, next);
            next = repeat.Lazy ? Split(exit, body) : Split(body, exit);
        }

        for (var i = 0; i < repeat.Least; i++)
        {
            next = Emit(repeat.Item, next);
        }

        return next;
    }

    /// <summary>
    /// The first of some alternatives that leads on. Of many only those are tried that the next byte can begin, and what they begin with alike is tried
    /// once; their order stays.
    /// </summary>
    private int Emit(ImmutableArray<PatternNode> items, int next)
    {
        if (items.Length == 1)
        {
            return Emit(items[0], next);
        }

        var heads = items.Select(Head).ToArray();
        if (heads.Any(static head => head is null) || (items.Length < FewestOfASwitch && !Alike(heads)))
        {
            return InOrder([.. items.Select(item => Emit(item, next))]);
        }

        if (Alike(heads))
        {
            return Add(new(Move.One, heads[0], Emit([.. items.Select(Tail)], next), 0, 1, 1, false));
        }

        var table = new int[256];
        var known = new Dictionary<string, int>();
        for (var value = 0; value < 256; value++)
        {
            var some = Enumerable.Range(0, items.Length).Where(i => heads[i]!.Contains((byte)value)).ToArray();
            var key = string.Join(',', some);
            if (some.Length == 0)
            {
                table[value] = -1;
            }
            else if (!known.TryGetValue(key, out table[value]))
            {
                ImmutableArray<PatternNode> chosen = [.. some.Select(i => items[i])];
                known[key] = table[value] = some.Length == items.Length ? InOrder([.. chosen.Select(item => Emit(item, next))]) : Emit(chosen, next);
            }
        }

        return Add(new(Move.Switch, null, 0, 0, 0, 0, false, table));
    }

    /// <summary>The class that a node begins with; null when it begins otherwise.</summary>
    private static ByteClass? Head(PatternNode node) => node switch
    {
        OneOf one => one.Class,
        Sequence { Items: [var first, ..] } => Head(first),
        _ => null,
    };

    private static PatternNode Tail(PatternNode node) => node is Sequence { Items: [var first, .. var rest] }
        ? first is OneOf ? new Sequence([.. rest]) : new Sequence([Tail(first), .. rest])
        : new Sequence([]);

    private static bool Alike(ByteClass?[] heads) => Array.TrueForAll(heads, head => head is not null && head.Equals(heads[0]!));

    private int InOrder(int[] ways) => ways.Reverse().Skip(1).Aggregate(ways[^1], (following, way) => Split(way, following));

    private int Split(int preferred, int other)
    {
        var (bytes, mayEnd) = Follow(preferred);
        return Add(new(Move.Split, mayEnd ? null : bytes, preferred, other, 0, 0, false));
    }

    /// <summary>The bytes that must come next for an instruction to lead on; whether it can also end the pattern whatever comes.</summary>
    private (ByteClass Bytes, bool MayEnd) Follow(int at)
    {
        var bytes = new ByteClass();
        var mayEnd = false;
        var seen = new HashSet<int>();
        var open = new Stack<int>([at]);
        while (open.TryPop(out var index))
        {
            if (!seen.Add(index))
            {
                continue;
            }

            var step = _steps[index];
            switch (step.Move)
            {
                case Move.Accept:
                    mayEnd |= _after is null;
                    bytes.Add(_after ?? new());
                    break;
                case Move.Split:
                    open.Push(step.Next);
                    open.Push(step.Other);
                    break;
                case Move.Switch:
                    foreach (var way in step.Table!.Where(static way => way >= 0).Distinct())
                    {
                        open.Push(way);
                    }

                    break;
                case Move.ValueStart or Move.ValueEnd:
                    open.Push(step.Next);
                    break;
                default:
                    bytes.Add(step.Class!);
                    if (step.Move != Move.One && step.Least == 0)
                    {
                        open.Push(step.Next);
                    }

                    break;
            }
        }

        return (bytes, mayEnd);
    }
}
