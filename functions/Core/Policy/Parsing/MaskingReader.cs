using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>masking</c>.</summary>
internal sealed partial class MaskingReader(Problems problems)
{
    private const int LongestPattern = 2000;
    private const int LongestGlob = 500;

    public static readonly IReadOnlyDictionary<string, MaskAction> Actions = new Dictionary<string, MaskAction>
    {
        ["mask"] = MaskAction.Mask,
        ["block"] = MaskAction.Block,
        ["audit"] = MaskAction.Audit,
    };

    private static readonly Dictionary<string, AddedSecrets> Additions = new() { ["refuse"] = AddedSecrets.Refuse, ["allow"] = AddedSecrets.Allow };

    private readonly HashSet<string> _ids = [.. MaskRules.Default.Rules.Select(static rule => rule.Id)];

    public MaskingSettings Read(YamlValue? value)
    {
        if (Section.Open(value, "masking", problems, PolicyKeys.Masking) is not { } section)
        {
            return MaskingSettings.Default;
        }

        if (Values.Text(section.Find("rules"), section.At("rules"), problems) is { Text: not "default" } rules)
        {
            problems.Error(rules.Node, rules.Path, $"'{Shown.Short(rules.Text)}' is no set of rules; there is 'default'.");
        }

        // What names rules comes after what may add some.
        ImmutableArray<CustomMask> custom =
        [
            .. (Values.List(section.Find("custom"), section.At("custom"), problems)?.Items ?? [])
                .Select((item, i) => Custom(item, Paths.Item(section.At("custom"), i))).OfType<CustomMask>(),
        ];
        return new MaskingSettings
        {
            Action = Values.Choice(section.Find("action"), section.At("action"), problems, Actions) ?? MaskAction.Mask,
            Actions = ActionsOf(section),
            Fields = [.. Values.Texts(section.Find("fields"), section.At("fields"), problems, mayBeEmpty: true).Select(static text => text.Text)],
            Custom = custom,
            Allow =
            [
                .. (Values.List(section.Find("allow"), section.At("allow"), problems)?.Items ?? [])
                    .Select((item, i) => Allowed(item, Paths.Item(section.At("allow"), i))).OfType<AllowedText>(),
            ],
            Added = Values.Choice(section.Find("added"), section.At("added"), problems, Additions) ?? AddedSecrets.Refuse,
        };
    }

    private ImmutableSortedDictionary<string, MaskAction> ActionsOf(Section section)
    {
        var actions = ImmutableSortedDictionary.CreateBuilder<string, MaskAction>(StringComparer.Ordinal);
        foreach (var (key, value) in Values.Map(section.Find("actions"), section.At("actions"), problems)?.Entries ?? [])
        {
            var path = Paths.Key(section.At("actions"), key.Text);
            if (IsRule(key.Text, key, path) && Values.Choice(value, path, problems, Actions) is { } action)
            {
                actions[key.Text] = action;
            }
        }

        return actions.ToImmutable();
    }

    private CustomMask? Custom(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, PolicyKeys.MaskingCustom) is not { } section)
        {
            return null;
        }

        var id = Names.Read(section.Require("id", "the audit names it so"), section.At("id"), problems);
        if (id is { } named && !_ids.Add(named.Text))
        {
            problems.Error(named.Node, named.Path, $"Another rule of masking is called '{Shown.Short(named.Text)}' already.");
        }

        var pattern = Values.Text(section.Require("pattern", "what to mask"), section.At("pattern"), problems);
        var action = Values.Choice(section.Find("action"), section.At("action"), problems, Actions);
        if (pattern is not { } text || !IsShortEnough(text))
        {
            return null;
        }

        return id is { } name ? new(name.Text, text.Text) { Action = action } : null;
    }

    private AllowedText? Allowed(YamlValue item, string path)
    {
        if (item is not YamlMap)
        {
            return Values.Text(item, path, problems) is { } plain ? new() { Text = plain.Text } : null;
        }

        if (Section.Open(item, path, problems, PolicyKeys.MaskingAllow) is not { } section)
        {
            return null;
        }

        var rule = Values.Text(section.Find("rule"), section.At("rule"), problems);
        if (rule is { } named)
        {
            IsRule(named.Text, named.Node, named.Path);
        }

        if (section.Has("hash") == section.Has("glob"))
        {
            problems.Error(section.Map, path, "It says what is allowed by one of 'hash' and 'glob'.");
            return null;
        }

        var hash = Values.Text(section.Find("hash"), section.At("hash"), problems);
        if (hash is { } digest && !Sha256().IsMatch(digest.Text))
        {
            problems.Error(digest.Node, digest.Path, "A hash is 'sha256:' and 64 lower-case hexadecimal digits, of the secret alone without a line's end.");
        }

        var glob = Values.Text(section.Find("glob"), section.At("glob"), problems);
        if (glob is { } wide && (wide.Text.Length > LongestGlob || wide.Text.AsSpan().TrimStart("*?").IsEmpty))
        {
            problems.Error(wide.Node, wide.Path, wide.Text.Length > LongestGlob ? $"A glob has at most {LongestGlob} characters." : "It would allow every secret.");
        }

        return (hash ?? glob) is null ? null : new() { Rule = rule?.Text, Sha256 = hash?.Text[(hash.Value.Text.IndexOf(':', StringComparison.Ordinal) + 1)..], Glob = glob?.Text };
    }

    private bool IsRule(string id, YamlScalar at, string path)
    {
        if (_ids.Contains(id))
        {
            return true;
        }

        problems.Error(at, path, $"No rule of masking is called '{Shown.Short(id)}'.{DidYouMean.For(id, _ids)}");
        return false;
    }

    private bool IsShortEnough(PlacedText pattern)
    {
        if (pattern.Text.Length > LongestPattern)
        {
            problems.Error(pattern.Node, pattern.Path, $"A pattern has at most {LongestPattern} characters.");
            return false;
        }

        return true;
    }

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();
}
