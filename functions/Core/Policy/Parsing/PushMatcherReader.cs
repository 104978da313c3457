using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads the <c>push</c> of a deny or approve entry.</summary>
internal static class PushMatcherReader
{
    public static PushMatcher? Read(YamlValue? value, string path, Problems problems)
    {
        if (Section.Open(value, path, problems, PolicyKeys.Push) is not { } section)
        {
            return null;
        }

        if (!PolicyKeys.Push.Any(section.Has))
        {
            problems.Error(section.Map, path, "It says nothing; to mean every push write refs: [\"refs/**\"].");
            return null;
        }

        var matcher = new PushMatcher
        {
            Refs = Globs.Refs(section.Find("refs"), section.At("refs"), problems),
            Paths = Globs.Paths(section.Find("paths"), section.At("paths"), problems),
            Delete = Flag(section, "delete", problems),
            Create = Flag(section, "create", problems),
            Force = Flag(section, "force", problems),
            Tags = Flag(section, "tags", problems),
            Larger = Sizes.Read(section.Find("larger"), section.At("larger"), problems, least: 1),
            Authors = Globs.Emails(section.Find("authors"), section.At("authors"), problems),
            OtherAuthors = Globs.Emails(section.Find("other-authors"), section.At("other-authors"), problems),
            Unsigned = Flag(section, "unsigned", problems),
            Secrets = Flag(section, "secrets", problems),
        };
        if (NeverHolds(matcher) is { } why)
        {
            problems.Warn(section.Map, path, $"This can never match: {why}.");
        }

        return matcher;
    }

    private static bool? Flag(Section section, string key, Problems problems) => Values.Flag(section.Find(key), section.At(key), problems);

    private static string? NeverHolds(PushMatcher matcher) => matcher switch
    {
        { Delete: true, Create: true } => "no update both creates and deletes",
        { Delete: true, Force: true } => "a delete is not a force",
        { Create: true, Force: true } => "a created ref drops no commits",
        { Delete: true, Paths: not null } => "a delete changes no path",
        { Delete: true, Secrets: true } => "a delete adds no secret",
        { Delete: true, Larger: not null } => "a delete sends nothing",
        { Delete: true } when matcher is { Authors: not null } or { OtherAuthors: not null } or { Unsigned: true } => "a delete brings no commit",
        { OtherAuthors: { MatchesAll: true } } => "other-authors names everybody, so nobody is left",
        { Tags: true, Refs: { IsEmpty: false } refs } when refs.All(IsBranchGlob) => "the refs are branches, not tags; write refs/tags/...",
        _ => null,
    };

    private static bool IsBranchGlob(Glob glob) => glob.ToString().StartsWith("refs/heads/", StringComparison.Ordinal);
}
