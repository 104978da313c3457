using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>
/// Whether a path is what it seems. GitHub follows a symbolic link when a file is asked for by its path, so a link that anybody may push would open every path that may not
/// be read.
/// </summary>
internal static class PathLookup
{
    private const string Link = "120000";
    private const string Directory = "040000";
    private const int MostSegments = 100;

    /// <summary>The path when no part of it is a link; null when one is, or when it cannot be told: then it may be any path.</summary>
    public static async ValueTask<Outcome<PathsRead>> PathsOfAsync(RepositoryLookup lookup, GitOid? commit, string path, CancellationToken cancellationToken)
    {
        if (lookup.Preview.Readable.IsEverything || path.Length == 0)
        {
            return new PathsRead([path]) { IsDirectory = path.Length == 0 };
        }

        var segments = path.Split('/');
        if (commit is null || segments.Length > MostSegments)
        {
            return PathsRead.Unknown;
        }

        var (tree, isDirectory) = (commit.Hex, true);
        for (var i = 0; i < segments.Length; i++)
        {
            if (!(await lookup.AskAsync($"/git/trees/{tree}", cancellationToken)).Succeeded(out var answer, out var refusal))
            {
                return refusal;
            }

            if (answer.Found is not { } listing || IsTruncated(listing))
            {
                return PathsRead.Unknown;
            }

            if (EntryOf(listing, segments[i]) is not { } entry)
            {
                // Nothing is there: the answer is that it was not found.
                return new PathsRead([path]);
            }

            if (entry.Mode == Link || !GitOid.TryParse(entry.Id, out _) || (i < segments.Length - 1 && entry.Mode != Directory))
            {
                return PathsRead.Unknown;
            }

            tree = entry.Id;
            isDirectory = entry.Mode == Directory;
        }

        return new PathsRead([path]) { IsDirectory = isDirectory };
    }

    private static bool IsTruncated(JsonElement listing) => listing.Child("truncated") is not { ValueKind: JsonValueKind.False };

    private static (string Mode, string Id)? EntryOf(JsonElement listing, string name)
    {
        foreach (var entry in listing.Child("tree").Entries() ?? [])
        {
            if (entry.Child("path").Text() == name)
            {
                return (entry.Child("mode").Text() ?? "", entry.Child("sha").Text() ?? "");
            }
        }

        return null;
    }
}

/// <summary>The paths that are read.</summary>
/// <param name="Paths">The paths; null when they cannot be told.</param>
internal sealed record PathsRead(IReadOnlyCollection<string>? Paths)
{
    public static PathsRead Unknown { get; } = new((IReadOnlyCollection<string>?)null);

    /// <summary>Whether it is a directory, as far as that was looked at.</summary>
    public bool IsDirectory { get; init; }
}
