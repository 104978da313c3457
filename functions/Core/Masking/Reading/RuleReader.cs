using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Validating;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Masking.Reading;

/// <summary>One rule file to compiled rules. Everything that is wrong is reported with line and column, and what is not known is wrong.</summary>
internal sealed partial class RuleReader(Problems problems)
{
    /// <summary>Largest rule file, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly ImmutableArray<string> FileKeys = ["version", "fragments", "rules"];
    private static readonly ImmutableArray<string> RuleKeys =
    [
        "id", "description", "tier", "anchors", "ignore_case", "regex", "before", "after", "value", "keep", "unbounded", "validators", "examples", "negatives",
    ];

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Fragments _fragments = new(problems);

    /// <summary>The rules; empty when the document is none. Fragments of files that were read before count too.</summary>
    public ImmutableArray<MaskRule> Read(string yaml)
    {
        if (Encoding.UTF8.GetByteCount(yaml) > MaxBytes)
        {
            problems.Error(1, 1, "", $"The document is larger than {MaxBytes} bytes.");
            return [];
        }

        if (YamlReader.Read(yaml, problems) is not { } root || Section.Open(root, "", problems, FileKeys) is not { } file)
        {
            return [];
        }

        Values.Number(file.Require("version", "write 'version: 1'"), "version", problems, 1, 1);
        _fragments.Read(file.Find("fragments"), "fragments");
        var found = file.Has("fragments") ? file.Find("rules") : file.Require("rules", "a rule file has rules");
        var rules = Values.List(found, "rules", problems)?.Items ?? [];
        return [.. rules.Select((item, i) => ReadOne(item, Paths.Item("rules", i))).OfType<MaskRule>()];
    }

    private MaskRule? ReadOne(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, RuleKeys) is not { } rule)
        {
            return null;
        }

        var id = Values.Text(rule.Require("id", "a rule has a name for the audit"), rule.At("id"), problems);
        if (id is { } name && (!Kebab().IsMatch(name.Text) || !_ids.Add(name.Text)))
        {
            problems.Error(name.Node, name.Path, $"'{Shown.Short(name.Text)}' is taken, or not in kebab-case of at most 64 characters.");
        }

        Values.Text(rule.Require("description", "say what is found"), rule.At("description"), problems);
        var tier = Values.Text(rule.Require("tier", "identified, structured or contextual"), rule.At("tier"), problems);
        if (tier is { Text: not ("identified" or "structured" or "contextual") } other)
        {
            problems.Error(other.Node, other.Path, $"'{Shown.Short(other.Text)}' is no tier; there are identified, structured and contextual.");
        }

        var ignoreCase = Values.Flag(rule.Find("ignore_case"), rule.At("ignore_case"), problems) ?? false;
        var unbounded = Values.Flag(rule.Find("unbounded"), rule.At("unbounded"), problems) ?? false;
        var keep = Values.Number(rule.Find("keep"), rule.At("keep"), problems, 0, 64) ?? 0;
        var value = Values.Text(rule.Find("value"), rule.At("value"), problems);
        var anchors = Anchors(rule);
        var validators = ReadValidators(rule, out var mixed);
        var examples = Examples(rule);
        var negatives = Values.Texts(rule.Find("negatives"), rule.At("negatives"), problems, mayBeEmpty: true);
        if (negatives.IsEmpty && tier?.Text is "structured" or "contextual" && !rule.Has("negatives"))
        {
            problems.Error(rule.Map, rule.At("negatives"), "A structured or contextual rule needs a text in which it masks nothing.");
        }

        var before = Class(rule, "before", ignoreCase);
        var after = Class(rule, "after", ignoreCase);
        if (Values.Text(rule.Require("regex", "the form to find"), rule.At("regex"), problems) is not { } regex
            || _fragments.Expand(regex) is not { } pattern || id is null || anchors.IsEmpty)
        {
            return null;
        }

        try
        {
            var node = PatternParser.Parse(pattern, ignoreCase, unbounded);
            if (value is { } group && CountGroups(node, group.Text) != 1)
            {
                problems.Error(group.Node, group.Path, $"The pattern must have the group '{Shown.Short(group.Text)}' once.");
            }

            var place = ValuePlace.Of(node, value?.Text);
            if (place.Before.Most > MaskRule.MostBeforeValue)
            {
                problems.Error(regex.Node, regex.Path, $"The masked group begins up to {place.Before.Most} bytes after the match does; {MaskRule.MostBeforeValue} are possible.");
            }

            var reaches = value is { } masked ? AnchorReach.FindBefore(node, masked.Text, anchors, ignoreCase) : null;
            var known = tier?.Text switch { "identified" => MaskTier.Identified, "structured" => MaskTier.Structured, _ => MaskTier.Contextual };
            var isLate = reaches is null;
            var program = MatchProgram.Compile(node, value?.Text, after);
            reaches ??= AnchorReach.Find(PatternProgram.Compile(node), anchors, ignoreCase);
            return new MaskRule
            {
                Id = id.Value.Text,
                Pattern = pattern,
                Anchors = anchors,
                IgnoreCase = ignoreCase,
                Tier = known,
                Program = program,
                Reaches = [.. reaches],
                Bytes = PatternParser.AllBytes(node),
                BeforeValue = place.Before,
                LeastValue = place.Least,
                IsByShape = place.IsOneRun && mixed && known == MaskTier.Contextual && AnchorReach.FindWithin(node, value!.Value.Text, anchors, ignoreCase) is not null,
                IsLate = isLate,
                Before = before,
                After = after,
                HasValue = value is not null,
                Keep = keep,
                Trailing = PatternParser.TrailingClass(node),
                Validators = validators,
                Examples = examples,
                Negatives = [.. negatives.Select(static text => text.Text)],
            };
        }
        catch (PatternException refused)
        {
            problems.Error(regex.Node, regex.Path, Fragments.Refusal(regex.Text, pattern, refused));
            return null;
        }
    }

    private ImmutableArray<string> Anchors(Section rule)
    {
        var given = Values.Texts(rule.Require("anchors", "literals of which every match holds one"), rule.At("anchors"), problems);
        ImmutableArray<PlacedText> texts = [.. given.SelectMany(text => _fragments.Literals(text)).DistinctBy(static text => text.Text)];
        foreach (var text in texts.Where(static text => text.Text.Length is < 3 or > 32 || !Ascii.IsValid(text.Text)))
        {
            problems.Error(text.Node, text.Path, "An anchor has 3 to 32 ASCII characters.");
        }

        return texts.All(static text => text.Text.Length is >= 3 and <= 32) ? [.. texts.Select(static text => text.Text)] : [];
    }

    private ByteClass? Class(Section rule, string key, bool ignoreCase)
    {
        if (Values.Text(rule.Find(key), rule.At(key), problems) is not { } text)
        {
            return null;
        }

        try
        {
            return PatternParser.ParseClass(text.Text, ignoreCase);
        }
        catch (PatternException refused)
        {
            problems.Error(text.Node, text.Path, $"{refused.Message} (at character {refused.At + 1}).");
            return null;
        }
    }

    private ImmutableArray<Validator> ReadValidators(Section rule, out bool mixed)
    {
        mixed = false;
        var found = ImmutableArray.CreateBuilder<Validator>();
        foreach (var (item, i) in (Values.List(rule.Find("validators"), rule.At("validators"), problems)?.Items ?? []).Select(static (item, i) => (item, i)))
        {
            var path = Paths.Item(rule.At("validators"), i);
            if (item is YamlMap)
            {
                var bits = Section.Open(item, path, problems, ["entropy"])?.Require("entropy", "the least bits a byte");
                if (bits is YamlScalar scalar && double.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) && least is > 0 and <= 8)
                {
                    found.Add(Validators.Entropy(least));
                }
                else
                {
                    problems.Error(item, path, "Entropy is a number of bits above 0, at most 8.");
                }
            }
            else if (Values.Text(item, path, problems) is { } name)
            {
                if (Validators.Named.TryGetValue(name.Text, out var validator))
                {
                    found.Add(validator);
                    mixed |= name.Text == "mixed";
                }
                else
                {
                    problems.Error(name.Node, path, $"'{Shown.Short(name.Text)}' is no validator.{DidYouMean.For(name.Text, Validators.Named.Keys)}");
                }
            }
        }

        return found.ToImmutable();
    }

    private ImmutableArray<MaskExample> Examples(Section rule)
    {
        var items = Values.List(rule.Require("examples", "a rule shows what it finds"), rule.At("examples"), problems)?.Items ?? [];
        var examples = ImmutableArray.CreateBuilder<MaskExample>();
        foreach (var (item, i) in items.Select(static (item, i) => (item, i)))
        {
            var path = Paths.Item(rule.At("examples"), i);
            if (Section.Open(item, path, problems, ["text", "secret"]) is { } section
                && Values.Text(section.Require("text", "the text"), section.At("text"), problems) is { } text
                && Values.Text(section.Require("secret", "what is masked in it"), section.At("secret"), problems) is { } secret)
            {
                examples.Add(new(text.Text, secret.Text));
            }
        }

        return examples.ToImmutable();
    }

    private static int CountGroups(PatternNode node, string name) => node switch
    {
        Named named => (named.Name == name ? 1 : 0) + CountGroups(named.Item, name),
        Sequence sequence => sequence.Items.Sum(item => CountGroups(item, name)),
        Choice choice => choice.Items.Sum(item => CountGroups(item, name)),
        Repeat repeat => CountGroups(repeat.Item, name),
        _ => 0,
    };

    [GeneratedRegex(@"^(?=.{1,64}\z)[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Kebab();
}
