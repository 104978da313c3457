using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Masking.Reading;

/// <summary>Pieces of patterns by name. A pattern holds one as <c>{{name}}</c>; a piece may hold those that stand above it, so none can hold itself.</summary>
internal sealed partial class Fragments(Problems problems)
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _names = new(StringComparer.Ordinal);

    /// <summary>Takes the pieces of a file's mapping, in its order.</summary>
    public void Read(YamlValue? value, string path)
    {
        foreach (var (key, item) in Values.Map(value, path, problems)?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            if (!Name().IsMatch(key.Text) || _known.ContainsKey(key.Text))
            {
                problems.Error(key, at, $"'{Shown.Short(key.Text)}' is taken, or not in kebab-case of at most 64 characters.");
            }
            else if (item is YamlList)
            {
                ImmutableArray<string> names = [.. Values.Texts(item, at, problems).Select(static name => name.Text)];
                _names.Add(key.Text, names);
                _known.Add(key.Text, string.Join('|', names.Select(Escaped)));
            }
            else if (Values.Text(item, at, problems) is { } text && Expand(text) is { } expanded && Parses(text, expanded))
            {
                _known.Add(key.Text, expanded);
            }
        }
    }

    /// <summary>The pattern with its pieces in place, each a group of its own; null, reported, when one is not known.</summary>
    public string? Expand(PlacedText pattern)
    {
        var expanded = new StringBuilder();
        var from = 0;
        foreach (Match reference in Reference().Matches(pattern.Text))
        {
            var name = reference.Groups[1].Value;
            if (!_known.TryGetValue(name, out var piece))
            {
                problems.Error(
                    pattern.Node,
                    pattern.Path,
                    $"'{Shown.Short(name)}' is no fragment that stands above this line (at character {reference.Index + 1} of the pattern).{DidYouMean.For(name, _known.Keys)}");
                return null;
            }

            expanded.Append(pattern.Text, from, reference.Index - from).Append("(?:").Append(piece).Append(')');
            from = reference.Index + reference.Length;
            if (expanded.Length > PatternParser.LongestText)
            {
                problems.Error(pattern.Node, pattern.Path, $"With its fragments in place it has more than {PatternParser.LongestText} characters.");
                return null;
            }
        }

        return expanded.Append(pattern.Text, from, pattern.Text.Length - from).ToString();
    }

    /// <summary>The literals that an anchor means: all of a list when it is <c>{{name}}</c>, else itself.</summary>
    public ImmutableArray<PlacedText> Literals(PlacedText anchor)
    {
        if (Reference().Match(anchor.Text) is not { Success: true } reference || reference.Length != anchor.Text.Length)
        {
            return [anchor];
        }

        if (_names.TryGetValue(reference.Groups[1].Value, out var names))
        {
            return [.. names.Select(name => anchor with { Text = name })];
        }

        problems.Error(anchor.Node, anchor.Path, $"'{Shown.Short(reference.Groups[1].Value)}' is no list of names that stands above this line.{DidYouMean.For(reference.Groups[1].Value, _names.Keys)}");
        return [];
    }

    private static string Escaped(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || !char.IsAscii(c) ? $"{c}" : $"\\{c}"));

    private bool Parses(PlacedText text, string expanded)
    {
        const string Open = "(?<whole>";
        try
        {
            // With a byte behind it, because a piece may match nothing where a pattern may not.
            var whole = PatternParser.Parse($"{Open}{expanded})x", ignoreCase: false, unbounded: false) is Sequence { Items: [Named, OneOf] };
            return whole ? true : throw new PatternException(Open.Length, "It closes a group that it did not open");
        }
        catch (PatternException refused)
        {
            problems.Error(text.Node, text.Path, Refusal(text.Text, expanded, new(Math.Clamp(refused.At - Open.Length, 0, expanded.Length), refused.Message)));
            return false;
        }
    }

    /// <summary>What to say of a pattern that was refused: the place counts in the text that was parsed.</summary>
    public static string Refusal(string written, string expanded, PatternException refused) =>
        $"{refused.Message} (at character {refused.At + 1} of the pattern{(written.Length == expanded.Length ? "" : ", its fragments in place")}).";

    [GeneratedRegex(@"\{\{([^{}]*)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?=.{1,64}\z)[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
