using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>The distinct anchors of rules, and for each the rules that begin near it.</summary>
internal sealed class AnchorUsers
{
    private readonly Beginnings _within;

    /// <summary>How far before its anchor a masked value begins at most, and the bytes of the rules whose values begin there.</summary>
    private readonly int _late;
    private readonly ByteClass _lateBytes = new();

    /// <summary>Takes the anchors of the wanted rules, from the first on.</summary>
    public AnchorUsers(ImmutableArray<MaskRule> rules, Func<MaskRule, bool> wanted, int first = 0)
    {
        var users = new Dictionary<(string Text, bool IgnoreCase), List<(int Rule, Reach Reach)>>();
        for (var i = first; i < rules.Length; i++)
        {
            for (var j = 0; j < rules[i].Anchors.Length && wanted(rules[i]); j++)
            {
                if (rules[i].Reaches[j] is { } reach)
                {
                    var key = (rules[i].IgnoreCase ? rules[i].Anchors[j].ToLowerInvariant() : rules[i].Anchors[j], rules[i].IgnoreCase);
                    (users.TryGetValue(key, out var known) ? known : users[key] = []).Add((i, reach));
                }
            }
        }

        Literals = [.. users.Keys.Select(static key => new Literal(Encoding.ASCII.GetBytes(key.Text), key.IgnoreCase))];
        Of = [.. users.Values.Select(static list => list.ToArray())];
        foreach (var (rule, reach) in Of.SelectMany(static users => users))
        {
            if (rules[rule].IsLate && reach.Most > rules[rule].BeforeValue.Least)
            {
                _late = Math.Max(_late, reach.Most - rules[rule].BeforeValue.Least);
                _lateBytes.Add(rules[rule].Bytes);
            }
        }

        _within = new(Literals.Select((literal, i) =>
            ((ReadOnlyMemory<byte>)literal.Bytes, Of[i].Min(user => rules[user.Rule].IsLate ? rules[user.Rule].BeforeValue.Least - user.Reach.Most : literal.Bytes.Length))));
    }

    /// <summary>The literals.</summary>
    public ImmutableArray<Literal> Literals { get; }

    /// <summary>For each literal, the rules, and how far before it they begin.</summary>
    public ImmutableArray<(int Rule, Reach Reach)[]> Of { get; }

    /// <summary>The first place where a masked value may begin whose anchor is not wholly there; the text's length when there is none. Never too late.</summary>
    public int FirstOpen(ReadOnlySpan<byte> text)
    {
        var late = text.Length;
        while (late > 0 && text.Length - late < _late && _lateBytes.Contains(text[late - 1]))
        {
            late--;
        }

        return Math.Min(late, _within.Find(text));
    }
}
