using System.Collections.Immutable;
using System.Text;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>Finds literals of which every match of a pattern holds one, for patterns whose writer names none.</summary>
internal static class RequiredLiterals
{
    /// <summary>Shortest literal, in bytes.</summary>
    public const int Shortest = 3;

    private const int Longest = 32;
    private const int MostAlternatives = 64;

    /// <summary>The literals, those that are longest at the shortest; empty when there are none.</summary>
    public static ImmutableArray<string> Of(PatternNode node) => Find(node) is { } found ? [.. found] : [];

    private static List<string>? Find(PatternNode node)
    {
        switch (node)
        {
            case Named named:
                return Find(named.Item);
            case Repeat { Least: > 0 } repeat:
                return Find(repeat.Item);
            case Choice choice:
                var all = choice.Items.Select(Find).ToList();
                return all.TrueForAll(static some => some is not null) && all.Sum(static some => some!.Count) <= MostAlternatives
                    ? [.. all.SelectMany(static some => some!).Distinct(StringComparer.Ordinal)] : null;
            case Sequence sequence:
                return InSequence(Flat(sequence));
            default:
                return null;
        }
    }

    private static IEnumerable<PatternNode> Flat(PatternNode node) => node switch
    {
        Sequence sequence => sequence.Items.SelectMany(Flat),
        Named named => Flat(named.Item),
        Repeat { Item: OneOf one } repeat when repeat.Least > 0 && repeat.Least == repeat.Most => Enumerable.Repeat<PatternNode>(one, repeat.Least),
        _ => [node],
    };

    private static List<string>? InSequence(IEnumerable<PatternNode> items)
    {
        List<string>? best = null;
        var literal = new StringBuilder();
        foreach (var item in items.Append(null))
        {
            if (item is OneOf one && Only(one.Class) is { } character)
            {
                literal.Append(character);
                continue;
            }

            best = Better(best, literal.Length < Shortest ? null : [literal.ToString()[..Math.Min(Longest, literal.Length)]]);
            literal.Clear();
            best = Better(best, item is null or OneOf ? null : Find(item));
        }

        return best;
    }

    private static List<string>? Better(List<string>? one, List<string>? other) =>
        one is null || (other is not null && other.Min(static text => text.Length) > one.Min(static text => text.Length)) ? other : one;

    /// <summary>The one character of a class, in lower case where it stands for both cases; null when there are several.</summary>
    private static char? Only(ByteClass members)
    {
        var found = Enumerable.Range(0, 128).Where(value => members.Contains((byte)value)).Take(3).ToList();
        return found switch
        {
            [var only] => (char)only,
            [var upper, var lower] when char.IsAsciiLetterUpper((char)upper) && (upper | 0x20) == lower => (char)lower,
            _ => null,
        };
    }
}
