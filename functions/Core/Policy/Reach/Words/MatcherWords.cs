using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>What a matcher matches, as one noun with its clauses: <c>pushes to main that delete the ref</c>.</summary>
internal static class MatcherWords
{
    private static readonly (long Bytes, string Name)[] Units = [(1L << 30, "GB"), (1L << 20, "MB"), (1L << 10, "KB")];

    /// <param name="push">The entry's <c>push</c>.</param>
    /// <param name="paths">The <c>paths</c> beside it; null when there are none.</param>
    public static string Pushes(PushMatcher push, PathGlobs? paths)
    {
        string?[] clauses =
        [
            Either(push.Delete, "delete the ref", "do not delete the ref"),
            Either(push.Create, "create the ref", "do not create the ref"),
            Either(push.Force, "drop commits (force)", "drop no commits"),
            Either(push.Tags, "are to a tag", "are not to a tag"),
            Changes(push.Paths),
            Changes(paths),
            push.Larger is { } larger ? $"send more than {Size(larger)}" : null,
            push.Authors is { } authors ? $"bring commits by {Globs(authors.Globs)}" : null,
            push.OtherAuthors is { } others ? $"bring commits by others than {Globs(others.Globs)}" : null,
            Either(push.Unsigned, "bring unsigned commits", "bring signed commits only"),
            Either(push.Secrets, "add a secret", "add no secret"),
        ];
        return That(push.Refs.IsEmpty ? "pushes" : $"pushes to {RefWords.Of(push.Refs, "or")}", clauses);
    }

    /// <param name="api">The entry's <c>api</c>.</param>
    public static string Calls(ApiMatcher api)
    {
        string?[] clauses =
        [
            api.Permissions.IsEmpty ? null : $"need {Listing.Of(api.Permissions.Items.Select(static each => PermissionSet.Of(each.Key, each.Value).ToString()), "or")}",
            Either(api.Writes, "can write", "only read"),
            Either(api.Secrets, "send a secret", "send no secret"),
        ];
        return That(api.Routes.IsEmpty ? "API calls" : $"API calls of {Globs(api.Routes)}", clauses);
    }

    private static string That(string noun, string?[] clauses) =>
        clauses.OfType<string>().ToArray() is { Length: > 0 } said ? $"{noun} that {Listing.Of(said, "and")}" : noun;

    private static string? Either(bool? asked, string yes, string no) => asked switch { null => null, true => yes, false => no };

    private static string? Changes(PathGlobs? paths) => paths is null ? null : $"change {Globs(paths.Globs)}";

    private static string Globs(ImmutableArray<Glob> globs) => Listing.Of(globs.Select(static glob => glob.ToString()), "or");

    private static string Size(long bytes)
    {
        var (unit, name) = Units.FirstOrDefault(each => bytes >= each.Bytes && bytes % each.Bytes == 0, (1, bytes == 1 ? "byte" : "bytes"));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit} {name}");
    }
}
