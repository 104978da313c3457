using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>masking</c>.</summary>
internal static class MaskingReader
{
    private static readonly Dictionary<string, AddedSecrets> Additions = new() { ["refuse"] = AddedSecrets.Refuse, ["allow"] = AddedSecrets.Allow };

    public static MaskingSettings Read(YamlValue? value, Problems problems)
    {
        if (Section.Open(value, "masking", problems, PolicyKeys.Masking) is not { } section)
        {
            return MaskingSettings.Default;
        }

        if (Values.Text(section.Find("rules"), section.At("rules"), problems) is { Text: not "default" } rules)
        {
            problems.Error(rules.Node, rules.Path, $"'{Shown.Short(rules.Text)}' is no set of rules; there is 'default'.");
        }

        return new MaskingSettings
        {
            Fields = Plain(section, "fields", problems),
            Custom =
            [
                .. (Values.List(section.Find("custom"), section.At("custom"), problems)?.Items ?? [])
                    .Select((item, i) => Custom(item, Paths.Item(section.At("custom"), i), problems)).OfType<CustomMask>(),
            ],
            Allow = Plain(section, "allow", problems),
            Added = Values.Choice(section.Find("added"), section.At("added"), problems, Additions) ?? AddedSecrets.Refuse,
        };
    }

    private static ImmutableArray<string> Plain(Section section, string key, Problems problems) =>
        [.. Values.Texts(section.Find(key), section.At(key), problems, mayBeEmpty: true).Select(static text => text.Text)];

    private static CustomMask? Custom(YamlValue item, string path, Problems problems)
    {
        if (Section.Open(item, path, problems, PolicyKeys.MaskingCustom) is not { } section)
        {
            return null;
        }

        var id = Names.Read(section.Require("id", "the audit names it so"), section.At("id"), problems);
        var pattern = Values.Text(section.Require("pattern", "what to mask"), section.At("pattern"), problems);
        if (pattern is not { } text || !IsLinear(text, problems))
        {
            return null;
        }

        return id is { } name ? new(name.Text, text.Text) : null;
    }

    private static bool IsLinear(PlacedText pattern, Problems problems)
    {
        try
        {
            _ = new Regex(pattern.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problems.Error(pattern.Node, pattern.Path, $"Not a usable regular expression (look-around and back-references are not): {Shown.Short(e.Message)}");
            return false;
        }
    }
}
