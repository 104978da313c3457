namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>The paths in a diff, from the same diff as JSON.</summary>
internal static class ChangedFiles
{
    // What one page of a commit or a comparison holds at most; a full one may not be all (docs.github.com, "Get a commit", "Compare two commits").
    private const int PageSize = 300;

    /// <summary>Every path, old names included; null when it is not certain that these are all.</summary>
    public static IReadOnlyCollection<string>? Of(LookedUp commit)
    {
        if (commit.HasMore || commit.Found.Child("files").Entries()?.ToList() is not { Count: < PageSize } files)
        {
            return null;
        }

        var paths = new List<string>();
        foreach (var file in files)
        {
            if (file.Child("filename").Text() is not { } path)
            {
                return null;
            }

            paths.Add(path);
            if (file.Child("previous_filename").Text() is { } before)
            {
                paths.Add(before);
            }
        }

        return paths;
    }
}
