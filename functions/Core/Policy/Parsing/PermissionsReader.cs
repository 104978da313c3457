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

    /// <summary>What an entry matches: a list of names, which means any level of each, or names to the least level.</summary>
    public static PermissionSet Matched(YamlValue? value, string path, Problems problems) => value is YamlList
        ? Values.Texts(value, path, problems).Where(text => IsKnown(text.Node, text.Path, problems)).Aggregate(PermissionSet.Empty, static (set, text) => set.With(text.Text, Access.Read))
        : Named(value, path, problems);

    /// <summary>Names to levels; at least one.</summary>
    public static PermissionSet Named(YamlValue? value, string path, Problems problems)
    {
        if (value is YamlMap { Entries.IsEmpty: true })
        {
            problems.Error(value, path, "It names no permission.");
        }

        return Allow(value, path, problems, ImmutableDictionary<string, Access>.Empty);
    }

    private static bool IsKnown(YamlScalar name, string path, Problems problems)
    {
        var known = GitHubPermissions.Highest.ContainsKey(name.Text);
        if (!known)
        {
            problems.Error(name, path, $"'{Shown.Short(name.Text)}' is no repository permission of a GitHub App.{DidYouMean.For(name.Text, GitHubPermissions.Highest.Keys)}");
        }

        return known;
    }

    private static List<(YamlScalar Key, Access Access)> Each(
        YamlValue? value, string path, Problems problems, ImmutableSortedDictionary<string, Access> levels)
    {
        var read = new List<(YamlScalar, Access)>();
        foreach (var (key, level) in (IEnumerable<YamlEntry>?)Values.Map(value, path, problems)?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            if (IsKnown(key, at, problems) && Values.Choice(level, at, problems, levels) is { } access)
            {
                read.Add((key, access));
            }
        }

        return read;
    }
}
