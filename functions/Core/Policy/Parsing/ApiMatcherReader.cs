using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads the <c>api</c> of a deny or approve entry.</summary>
internal static class ApiMatcherReader
{
    private static readonly Dictionary<string, bool> Accesses = new() { ["read"] = false, ["write"] = true };

    public static ApiMatcher? Read(YamlValue? value, string path, Problems problems)
    {
        if (Section.Open(value, path, problems, PolicyKeys.Api) is not { } section)
        {
            return null;
        }

        if (!PolicyKeys.Api.Any(section.Has))
        {
            problems.Error(section.Map, path, "It says nothing; to mean every call write routes: [\"**\"].");
            return null;
        }

        var matcher = new ApiMatcher
        {
            Permissions = PermissionsReader.Matched(section.Find("permissions"), section.At("permissions"), problems),
            Writes = Values.Choice(section.Find("access"), section.At("access"), problems, Accesses),
            Routes = RouteGlobs.Read(section.Find("routes"), section.At("routes"), problems),
            Secrets = Values.Flag(section.Find("secrets"), section.At("secrets"), problems),
        };
        if (matcher is { Writes: false, Permissions.IsEmpty: false } && matcher.Permissions.Items.All(static item => item.Value > Access.Read))
        {
            problems.Warn(section.Map, path, "This can never match: what needs such a permission does not only read.");
        }

        return matcher;
    }
}
