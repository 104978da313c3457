using System.Collections.Immutable;
using System.Globalization;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>Why a pattern is refused, and where in it (from 0).</summary>
internal sealed class PatternException(int at, string message) : Exception(message)
{
    /// <summary>Index in the pattern.</summary>
    public int At { get; } = at;
}

/// <summary>
/// Reads the part of regular expressions that runs in linear time over bytes: no look-around, no back reference, no anchors, every repetition bounded
/// but the last class of a pattern that says so. What is not in it is refused with its place.
/// </summary>
internal sealed class PatternParser
{
    /// <summary>Longest pattern text, in characters.</summary>
    public const int LongestText = 16_384;

    /// <summary>Longest bounded match, in bytes.</summary>
    public const int LongestMatch = 4096;

    private const int Deepest = 40;

    /// <summary>How often a repetition without a bound repeats in a pattern that may have some.</summary>
    private const int MostOpen = 500;

    private readonly string _text;
    private readonly bool _ignoreCase;
    private readonly bool _unbounded;
    private int _at;
    private int _depth;
    private bool _closes;

    private PatternParser(string text, bool ignoreCase, bool unbounded)
    {
        _text = text;
        _ignoreCase = ignoreCase;
        _unbounded = unbounded;
    }

    /// <summary>The pattern as a tree.</summary>
    /// <exception cref="PatternException">It is not in the subset.</exception>
    public static PatternNode Parse(string text, bool ignoreCase, bool unbounded)
    {
        var parser = new PatternParser(text, ignoreCase, unbounded);
        parser.Check(text.Length <= LongestText, $"A pattern has at most {LongestText} characters");
        var node = parser.Alternatives();
        parser.Check(parser._at == text.Length, "A closing parenthesis without its opening one");
        parser.Check(node.Shortest > 0, "It matches the empty text");
        var unboundedEnd = TrailingClass(node) is not null;
        parser.Check(CountUnbounded(node) == (unboundedEnd ? 1 : 0), "Only the pattern's last class may repeat without an upper bound");
        parser.Check(!unboundedEnd || unbounded, "The last repetition has no upper bound; write one, or mark the rule 'unbounded: true'");
        return node;
    }

    /// <summary>The same for a pattern whose writer does not count: a class that repeats without a bound repeats at most so often, but for the last.</summary>
    /// <exception cref="PatternException">It is not in the subset.</exception>
    public static PatternNode ParseOpen(string text, bool ignoreCase)
    {
        var parser = new PatternParser(text, ignoreCase, unbounded: true) { _closes = true };
        parser.Check(text.Length <= LongestText, $"A pattern has at most {LongestText} characters");
        var node = parser.Alternatives();
        parser.Check(parser._at == text.Length, "A closing parenthesis without its opening one");
        parser.Check(node.Shortest > 0, "It matches the empty text");
        node = OpenEnd(node);
        return CountUnbounded(node) == (TrailingClass(node) is null ? 0 : 1) ? node : throw new PatternException(0, "A repetition of a group needs an upper bound, such as {0,40}");
    }

    private static PatternNode OpenEnd(PatternNode node) => node switch
    {
        Repeat { Item: OneOf, Lazy: false } repeat when repeat.Most - repeat.Least == MostOpen => repeat with { Most = null },
        Sequence { Items: [.., var last] } sequence => new Sequence(sequence.Items.SetItem(sequence.Items.Length - 1, OpenEnd(last))),
        Named named => new Named(named.Name, OpenEnd(named.Item)),
        _ => node,
    };

    /// <summary>Whether the pattern has the group.</summary>
    public static bool HasGroup(PatternNode node, string name) => node switch
    {
        Named named => named.Name == name || HasGroup(named.Item, name),
        Sequence sequence => sequence.Items.Any(item => HasGroup(item, name)),
        Choice choice => choice.Items.Any(item => HasGroup(item, name)),
        Repeat repeat => HasGroup(repeat.Item, name),
        _ => false,
    };

    /// <summary>One class, such as <c>[^A-Z]</c>.</summary>
    /// <exception cref="PatternException">It is something else.</exception>
    public static ByteClass ParseClass(string text, bool ignoreCase) =>
        Parse(text, ignoreCase, unbounded: false) is OneOf one ? one.Class : throw new PatternException(0, "Expected the class of one byte");

    /// <summary>The class that the pattern ends in any number of; null for a bounded pattern.</summary>
    public static ByteClass? TrailingClass(PatternNode node) => node switch
    {
        Repeat { Most: null, Item: OneOf one } => one.Class,
        Sequence sequence when !sequence.Items.IsEmpty => TrailingClass(sequence.Items[^1]),
        Named named => TrailingClass(named.Item),
        _ => null,
    };

    /// <summary>Every byte that a match may hold.</summary>
    public static ByteClass AllBytes(PatternNode node)
    {
        var bytes = new ByteClass();
        var open = new Stack<PatternNode>([node]);
        while (open.TryPop(out var next))
        {
            switch (next)
            {
                case OneOf one:
                    bytes.Add(one.Class);
                    break;
                case Sequence sequence:
                    sequence.Items.ToList().ForEach(open.Push);
                    break;
                case Choice choice:
                    choice.Items.ToList().ForEach(open.Push);
                    break;
                case Repeat repeat:
                    open.Push(repeat.Item);
                    break;
                case Named named:
                    open.Push(named.Item);
                    break;
            }
        }

        return bytes;
    }

    private static int CountUnbounded(PatternNode node) => node switch
    {
        Repeat repeat => CountUnbounded(repeat.Item) + (repeat.Most is null ? 1 : 0),
        Sequence sequence => sequence.Items.Sum(CountUnbounded),
        Choice choice => choice.Items.Sum(CountUnbounded),
        Named named => CountUnbounded(named.Item),
        _ => 0,
    };

    private PatternNode Alternatives()
    {
        Check(++_depth <= Deepest, "Groups are nested too deep");
        var items = ImmutableArray.CreateBuilder<PatternNode>();
        do
        {
            items.Add(Items());
        }
        while (Take('|'));
        _depth--;
        return items.Count == 1 ? items[0] : new Choice(items.ToImmutable());
    }

    private PatternNode Items()
    {
        var items = ImmutableArray.CreateBuilder<PatternNode>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            items.Add(Quantified(Atom()));
            Check(items.Sum(static item => (long)item.Longest) <= LongestMatch, $"It can match more than {LongestMatch} bytes");
        }

        return items.Count == 1 ? items[0] : new Sequence(items.ToImmutable());
    }

    private PatternNode Quantified(PatternNode item)
    {
        var from = _at;
        if (Count() is not var (least, most))
        {
            return item;
        }

        var lazy = Take('?');
        most ??= _closes && item is OneOf ? least + MostOpen : null;
        Check(!(_at < _text.Length && _text[_at] is '*' or '+' or '?'), "A repetition of a repetition");
        Check(most is not null || (_unbounded && item is OneOf), "A repetition needs an upper bound, such as {0,40}", from);
        Check(most is not null || !lazy, "A repetition without an upper bound is greedy", from);
        Check(most is null || most >= least, "The upper bound is below the lower one", from);
        Check((long)item.Longest * Math.Max(least, most ?? 1) <= LongestMatch, $"It can match more than {LongestMatch} bytes", from);
        Check(most is not 0, "A repetition of nothing", from);
        return new Repeat(item, least, most, lazy);
    }

    private (int Least, int? Most)? Count()
    {
        if (Take('?'))
        {
            return (0, 1);
        }

        if (Take('*'))
        {
            return (0, null);
        }

        if (Take('+'))
        {
            return (1, null);
        }

        if (!Take('{'))
        {
            return null;
        }

        var least = Number();
        int? most = Take(',') ? (_at < _text.Length && _text[_at] == '}' ? null : Number()) : least;
        Check(Take('}'), "A repetition ends in }");
        return (least, most);
    }

    private int Number()
    {
        var from = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]) && _at - from < 5)
        {
            _at++;
        }

        Check(_at > from, "Expected a number; a brace that is meant is written \\{", from);
        return int.Parse(_text.AsSpan(from, _at - from), CultureInfo.InvariantCulture);
    }

    private PatternNode Atom()
    {
        var from = _at;
        var next = _text[_at++];
        switch (next)
        {
            case '(':
                return Group();
            case '[':
                return new OneOf(Cased(Class()));
            case '\\':
                return new OneOf(Cased(Escape()));
            case '.':
                var any = new ByteClass();
                any.Add((byte)'\n');
                any.Invert();
                return new OneOf(any);
            case '^' or '$' or '*' or '+' or '?' or '{':
                throw new PatternException(from, $"'{next}' is not accepted here; write \\{next} when the character is meant");
            default:
                return new OneOf(Cased(Single(next, from)));
        }
    }

    private PatternNode Group()
    {
        string? name = null;
        if (Take('?') && !Take(':'))
        {
            var from = _at;
            Check(Take('<') && _at < _text.Length && char.IsAsciiLetter(_text[_at]), "Look-around and options are not accepted", from);
            var end = _text.IndexOf('>', _at);
            Check(end > 0 && end - _at <= 32, "A group's name ends in >", from);
            name = _text[_at..end];
            Check(name.All(char.IsAsciiLetterOrDigit), "A group's name has letters and digits", from);
            _at = end + 1;
        }

        var inner = Alternatives();
        Check(Take(')'), "A group is not closed");
        return name is null ? inner : new Named(name, inner);
    }

    private ByteClass Class()
    {
        var members = new ByteClass();
        var inverted = Take('^');
        for (var first = true; ; first = false)
        {
            Check(_at < _text.Length, "A class is not closed");
            var from = _at;
            var next = _text[_at++];
            if (next == ']' && !first)
            {
                break;
            }

            Check(next != '[' || _at >= _text.Length || _text[_at] != ':', "Named classes are not accepted", from);
            var item = next == '\\' ? Escape() : Single(next, from);
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                var lastAt = _at;
                var last = _text[_at++];
                var upper = Only(last == '\\' ? Escape() : Single(last, lastAt), lastAt);
                var lower = Only(item, from);
                Check(lower <= upper, "A range runs backwards", from);
                members.Add(lower, upper);
            }
            else
            {
                members.Add(item);
            }
        }

        // Before the inversion, so that [^a] without regard to case leaves out both.
        if (_ignoreCase)
        {
            members.AddOtherCase();
        }

        if (inverted)
        {
            members.Invert();
        }

        Check(!members.IsEmpty, "A class without members");
        return members;
    }

    private static byte Only(ByteClass one, int at)
    {
        var found = Enumerable.Range(0, 256).Where(value => one.Contains((byte)value)).ToList();
        return found is [var only] ? (byte)only : throw new PatternException(at, "A range needs a character at each end");
    }

    private ByteClass Escape()
    {
        Check(_at < _text.Length, "A backslash at the end");
        var from = _at - 1;
        var next = _text[_at++];
        var members = new ByteClass();
        switch (next)
        {
            case 'd' or 'D':
                members.Add((byte)'0', (byte)'9');
                break;
            case 'w' or 'W':
                members.Add((byte)'0', (byte)'9');
                members.Add((byte)'A', (byte)'Z');
                members.Add((byte)'a', (byte)'z');
                members.Add((byte)'_');
                break;
            case 's' or 'S':
                members.Add((byte)'\t', (byte)'\r');
                members.Add((byte)' ');
                break;
            case 'n':
                members.Add((byte)'\n');
                break;
            case 'r':
                members.Add((byte)'\r');
                break;
            case 't':
                members.Add((byte)'\t');
                break;
            case 'x':
                Check(_at + 2 <= _text.Length && char.IsAsciiHexDigit(_text[_at]) && char.IsAsciiHexDigit(_text[_at + 1]), "Expected two hex digits", from);
                members.Add(byte.Parse(_text.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                _at += 2;
                break;
            default:
                Check(char.IsAscii(next) && !char.IsAsciiLetterOrDigit(next), $"The escape \\{(char.IsAscii(next) ? next : '?')} is not accepted", from);
                members.Add((byte)next);
                break;
        }

        if (next is 'D' or 'W' or 'S')
        {
            members.Invert();
        }

        return members;
    }

    private ByteClass Single(char value, int at)
    {
        Check(char.IsAscii(value), "Patterns speak of ASCII only", at);
        var members = new ByteClass();
        members.Add((byte)value);
        return members;
    }

    private ByteClass Cased(ByteClass members)
    {
        if (_ignoreCase)
        {
            members.AddOtherCase();
        }

        return members;
    }

    private bool Take(char expected)
    {
        var there = _at < _text.Length && _text[_at] == expected;
        _at += there ? 1 : 0;
        return there;
    }

    private void Check(bool holds, string message, int? at = null)
    {
        if (!holds)
        {
            throw new PatternException(at ?? Math.Min(_at, _text.Length), message);
        }
    }
}
