using System.Collections.Immutable;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads what rules say of vaults: <c>vaults</c>, <c>secrets</c>, <c>use</c>, and <c>when: { secrets: ... }</c>.</summary>
internal static class SecretsReader
{
    private static readonly ImmutableSortedSet<string> Verbs = PolicyKeys.WhenSecrets.ToImmutableSortedSet(StringComparer.Ordinal);
    private static readonly ImmutableArray<string> VaultKeys = ["secrets", "use"];
    private static readonly ImmutableSortedSet<string> Uses = ["github-actions-secret"];

    /// <summary>The vault half of a rule; null when it has none.</summary>
    public static VaultRules? Read(Section rule, Problems problems)
    {
        var vaults = Globs.SecretNames(Values.Texts(rule.Find("vaults"), rule.At("vaults"), problems), problems);
        var secrets = Grants(rule.Find("secrets"), rule.At("secrets"), Verbs, problems);
        var use = Grants(rule.Find("use"), rule.At("use"), Uses, problems);
        foreach (var key in VaultKeys.Where(key => rule.Has(key) && !rule.Has("vaults")))
        {
            problems.Error(rule.Find(key)!, rule.At(key), $"'{key}' is about vaults, and the rule has no 'vaults'.");
        }

        if (rule.Has("vaults") && !rule.Has("secrets") && !rule.Has("use"))
        {
            problems.Warn(rule.Find("vaults")!, rule.At("vaults"), "Without 'secrets' or 'use' it gives nothing on these vaults.");
        }

        return rule.Has("vaults") ? new(vaults, secrets, use) : null;
    }

    /// <summary>Verb to one name glob or a list of them.</summary>
    public static ImmutableArray<SecretDemand> Demands(YamlValue? value, string path, Problems problems)
    {
        if (Section.Open(value, path, problems, PolicyKeys.WhenSecrets) is not { } section)
        {
            return [];
        }

        if (section.Map.Entries.IsEmpty)
        {
            problems.Error(section.Map, path, "It is empty; name at least one verb.");
        }

        return
        [
            .. section.Map.Entries.Where(static entry => PolicyKeys.WhenSecrets.Contains(entry.Key.Text)).Select(entry =>
                new SecretDemand(entry.Key.Text, Globs.SecretNames(OneOrMore(entry.Value, section.At(entry.Key.Text), problems), problems))),
        ];
    }

    private static ImmutableArray<PlacedText> OneOrMore(YamlValue value, string path, Problems problems) =>
        value is YamlScalar ? Values.Text(value, path, problems) is { } one ? [one] : [] : Values.Texts(value, path, problems);

    private static ImmutableArray<SecretGrant> Grants(YamlValue? value, string path, ImmutableSortedSet<string> known, Problems problems)
    {
        var grants = ImmutableArray.CreateBuilder<SecretGrant>();
        foreach (var (key, verbs) in (IEnumerable<YamlEntry>?)Values.Map(value, path, problems)?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            var names = Globs.SecretName(key.Text, key, at, problems);
            var granted = Values.Texts(verbs, at, problems);
            foreach (var verb in granted.Where(verb => !known.Contains(verb.Text)))
            {
                problems.Error(verb.Node, verb.Path, $"'{Shown.Short(verb.Text)}' is none of {string.Join(", ", known)}.{DidYouMean.For(verb.Text, known)}");
            }

            if (names is not null)
            {
                grants.Add(new(names, [.. granted.Select(static verb => verb.Text)]));
            }
        }

        return grants.ToImmutable();
    }
}
