using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads what rules say of vaults: <c>vaults</c>, <c>secrets</c>, <c>use</c>, and <c>secrets</c> of <c>deny</c> and <c>when</c>.</summary>
internal static class SecretsReader
{
    private static readonly ImmutableArray<string> VaultKeys = ["secrets", "use"];

    /// <summary>The vault half of a rule; null when it has none.</summary>
    public static VaultRules? Read(Section rule, Problems problems)
    {
        var vaults = Globs.SecretNames(Values.Texts(rule.Find("vaults"), rule.At("vaults"), problems), problems);
        var secrets = Grants(rule.Find("secrets"), rule.At("secrets"), SecretVerbs.Verbs, problems);
        var use = Grants(rule.Find("use"), rule.At("use"), SecretVerbs.Uses, problems);
        foreach (var key in VaultKeys.Where(key => rule.Has(key) && !rule.Has("vaults")))
        {
            problems.Error(rule.Find(key)!, rule.At(key), $"'{key}' is about vaults, and the rule has no 'vaults'.");
        }

        if (rule.Has("vaults") && !rule.Has("secrets") && !rule.Has("use"))
        {
            problems.Warn(rule.Find("vaults")!, rule.At("vaults"), "Without 'secrets' or 'use' it gives nothing on these vaults.");
        }

        if (secrets.Any(static grant => grant.Given.Contains(SecretVerb.Use)) && use.IsEmpty)
        {
            problems.Warn(rule.Find("secrets")!, rule.At("secrets"), "The verb 'use' gives nothing without 'use', which says what for.");
        }

        if (rule.Has("use") && !rule.Has("repositories"))
        {
            problems.Warn(
                rule.Find("use")!, rule.At("use"), "It may be put into the secrets of every repository whose secrets the caller may write; name repositories in the same rule.");
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
            .. section.Map.Entries.Where(static entry => SecretVerbs.Verbs.ContainsKey(entry.Key.Text)).Select(entry =>
                new SecretDemand(SecretVerbs.Verbs[entry.Key.Text], Globs.SecretNames(OneOrMore(entry.Value, section.At(entry.Key.Text), problems), problems))),
        ];
    }

    private static ImmutableArray<PlacedText> OneOrMore(YamlValue value, string path, Problems problems) =>
        value is YamlScalar ? Values.Text(value, path, problems) is { } one ? [one] : [] : Values.Texts(value, path, problems);

    private static ImmutableArray<SecretGrant<T>> Grants<T>(YamlValue? value, string path, ImmutableSortedDictionary<string, T> known, Problems problems)
        where T : struct, Enum
    {
        var grants = ImmutableArray.CreateBuilder<SecretGrant<T>>();
        foreach (var (key, verbs) in (IEnumerable<YamlEntry>?)Values.Map(value, path, problems)?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            var names = Globs.SecretName(key.Text, key, at, problems);
            var granted = Values.Texts(verbs, at, problems);
            foreach (var verb in granted.Where(verb => !known.ContainsKey(verb.Text)))
            {
                problems.Error(verb.Node, verb.Path, $"'{Shown.Short(verb.Text)}' is none of {string.Join(", ", known.Keys)}.{DidYouMean.For(verb.Text, [.. known.Keys])}");
            }

            if (names is not null)
            {
                grants.Add(new(names, [.. granted.Where(verb => known.ContainsKey(verb.Text)).Select(verb => known[verb.Text])]));
            }
        }

        return grants.ToImmutable();
    }
}
