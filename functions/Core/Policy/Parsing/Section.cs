using System.Collections.Immutable;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>A mapping whose keys are known beforehand. Opening one reports every key that is not.</summary>
internal sealed class Section
{
    private readonly Problems _problems;

    private Section(YamlMap map, string path, Problems problems)
    {
        Map = map;
        Path = path;
        _problems = problems;
    }

    public YamlMap Map { get; }

    public string Path { get; }

    /// <summary>Opens a mapping; null, reported, when the value is something else.</summary>
    public static Section? Open(YamlValue? value, string path, Problems problems, ImmutableArray<string> known)
    {
        if (Values.Map(value, path, problems) is not { } map)
        {
            return null;
        }

        foreach (var key in map.Entries.Select(static entry => entry.Key).Where(key => !known.Contains(key.Text)))
        {
            problems.Error(key, Paths.Key(path, key.Text), $"Unknown key '{Shown.Short(key.Text)}'.{DidYouMean.For(key.Text, known)}");
        }

        return new(map, path, problems);
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The key's value, or null when the key is absent.</summary>
    public YamlValue? Find(string key) => Map.Entries.FirstOrDefault(entry => entry.Key.Text == key).Value;

    /// <summary>The key's value; its absence is an error.</summary>
    public YamlValue? Require(string key, string why)
    {
        var value = Find(key);
        if (value is null)
        {
            _problems.Error(Map, At(key), $"'{key}' is missing: {why}.");
        }

        return value;
    }

    public string At(string key) => Paths.Key(Path, key);
}
