using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>ceiling</c> and a rule's <c>allow</c>: permission names to levels.</summary>
internal static class PermissionsReader
{
    private static readonly ImmutableSortedDictionary<string, Access> Levels = new Dictionary<string, Access>
    {
        ["read"] = Access.Read,
        ["write"] = Access.Write,
        ["admin"] = Access.Admin,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, Access> CeilingLevels = Levels.Add("none", Access.None);

    /// <summary>A level for each permission named; one that is not named has no ceiling.</summary>
    public static ImmutableDictionary<string, Access> Ceiling(YamlValue? value, Problems problems) =>
        Each(value, "ceiling", problems, CeilingLevels).ToImmutableDictionary(static item => item.Key.Text, static item => item.Access, StringComparer.Ordinal);

    public static PermissionSet Allow(YamlValue? value, string path, Problems problems, ImmutableDictionary<string, Access> ceiling)
    {
        var allowed = PermissionSet.Empty;
        foreach (var (key, access) in Each(value, path, problems, Levels))
        {
            var at = Paths.Key(path, key.Text);
            if (ceiling.TryGetValue(key.Text, out var most) && most < access)
            {
                problems.Warn(key, at, $"The ceiling holds {key.Text} at {most.ToString().ToLowerInvariant()}, so {access.ToString().ToLowerInvariant()} is never given.");
            }

            if (GitHubPermissions.Highest[key.Text] < access)
            {
                problems.Warn(key, at, $"GitHub has no such level for {key.Text}; its highest is {GitHubPermissions.Highest[key.Text].ToString().ToLowerInvariant()}.");
            }

            allowed = allowed.With(key.Text, access);
        }

        return allowed;
    }

    private static List<(YamlScalar Key, Access Access)> Each(
        YamlValue? value, string path, Problems problems, ImmutableSortedDictionary<string, Access> levels)
    {
        var read = new List<(YamlScalar, Access)>();
        foreach (var (key, level) in (IEnumerable<YamlEntry>?)Values.Map(value, path, problems)?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            if (!GitHubPermissions.Highest.ContainsKey(key.Text))
            {
                problems.Error(key, at, $"'{Shown.Short(key.Text)}' is no repository permission of a GitHub App.{DidYouMean.For(key.Text, GitHubPermissions.Highest.Keys)}");
            }
            else if (Values.Choice(level, at, problems, levels) is { } access)
            {
                read.Add((key, access));
            }
        }

        return read;
    }
}
