using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>notify</c>.</summary>
internal static partial class NotifyReader
{
    public static ImmutableDictionary<string, NotifyTarget> Read(YamlValue? value, Problems problems)
    {
        var targets = ImmutableDictionary.CreateBuilder<string, NotifyTarget>(StringComparer.Ordinal);
        foreach (var (key, target) in (IEnumerable<YamlEntry>?)Values.Map(value, "notify", problems)?.Entries ?? [])
        {
            var path = Paths.Key("notify", key.Text);
            if (Names.IsName(key.Text, key, path, problems))
            {
                targets[key.Text] = ReadOne(target, path, problems);
            }
        }

        return targets.ToImmutable();
    }

    private static NotifyTarget ReadOne(YamlValue value, string path, Problems problems)
    {
        // A target that is wrong stays known by its name, so that rules naming it are not reported as well.
        if (Section.Open(value, path, problems, PolicyKeys.NotifyTarget) is not { } section)
        {
            return new(null, []);
        }

        if (!section.Has("teams") && !section.Has("email"))
        {
            problems.Error(section.Map, path, "It reaches nobody; give teams, email or both.");
        }

        return new(Teams(section, problems), Email(section, problems));
    }

    private static string? Teams(Section section, Problems problems)
    {
        if (Values.Text(section.Find("teams"), section.At("teams"), problems) is not { } teams)
        {
            return null;
        }

        if (SecretReference().Match(teams.Text) is { Success: true } reference)
        {
            return reference.Groups[1].Value;
        }

        problems.Error(teams.Node, teams.Path, "A Teams webhook's URL is itself a secret; write secret:<name of the secret that holds it>.");
        return null;
    }

    private static ImmutableArray<string> Email(Section section, Problems problems)
    {
        var addresses = ImmutableArray.CreateBuilder<string>();
        foreach (var address in Values.Texts(section.Find("email"), section.At("email"), problems))
        {
            if (Address().IsMatch(address.Text))
            {
                addresses.Add(address.Text);
            }
            else
            {
                problems.Error(address.Node, address.Path, $"'{Shown.Short(address.Text)}' is not an e-mail address.");
            }
        }

        return addresses.ToImmutable();
    }

    [GeneratedRegex(@"^secret:([A-Za-z0-9-]{1,127})\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretReference();

    // Deliberately narrow: one address, nothing that a mail header could be smuggled in with.
    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
