using System.Collections.Immutable;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads a rule's <c>deny</c>.</summary>
internal static class DenyReader
{
    public static ImmutableArray<DenyEntry> Read(YamlValue? value, string path, Problems problems) =>
    [
        .. (Values.List(value, path, problems)?.Items ?? [])
            .Select((item, i) => ReadOne(item, Paths.Item(path, i), problems)).OfType<DenyEntry>(),
    ];

    private static DenyEntry? ReadOne(YamlValue item, string path, Problems problems)
    {
        if (Section.Open(item, path, problems, PolicyKeys.Deny) is not { } section)
        {
            return null;
        }

        if (PolicyKeys.Deny.Count(section.Has) != 1)
        {
            problems.Error(section.Map, path, "An entry is about one of push, read, api and secrets, which are decided apart; write an entry for each.");
        }

        return new(
            PushMatcherReader.Read(section.Find("push"), section.At("push"), problems),
            ReadPaths(section.Find("read"), section.At("read"), problems),
            ApiMatcherReader.Read(section.Find("api"), section.At("api"), problems),
            SecretsReader.Demands(section.Find("secrets"), section.At("secrets"), problems));
    }

    private static PathGlobs? ReadPaths(YamlValue? value, string path, Problems problems) =>
        Section.Open(value, path, problems, PolicyKeys.DenyRead) is { } section
            ? Globs.Paths(section.Require("paths", "which paths may not be read"), section.At("paths"), problems)
            : null;
}
