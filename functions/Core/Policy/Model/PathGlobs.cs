using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>Path globs of a deny or approve entry. Case does not count: a checkout on Windows or macOS makes <c>.ENV</c> and <c>.env</c> one file.</summary>
internal sealed record PathGlobs(ImmutableArray<Glob> Globs)
{
    /// <summary>What matches, in words; null when nothing does. Paths that are not known (null) could be any.</summary>
    public string? Match(IReadOnlyCollection<string>? changed, Unknown unknown)
    {
        if (changed is null)
        {
            return unknown.Means($"the paths it changes cannot be computed beforehand and might match {this}");
        }

        foreach (var path in changed)
        {
            // Also with a slash behind it: where a pattern means whatever is in a directory, what stands in the directory's own place is meant too.
            var directory = path + "/";
            var glob = Globs.FirstOrDefault(glob => glob.IsMatch(path) || glob.IsMatch(directory));
            if (glob is not null)
            {
                return $"it changes {Shown.Short(path)} ({glob})";
            }

            // What changes is never a directory: a link, a submodule or a file takes a directory's place, and all below it comes from elsewhere from then on.
            var below = Globs.FirstOrDefault(glob => glob.LiesBelow(path));
            if (below is not null)
            {
                return $"it changes {Shown.Short(path)}, which {below} lies below";
            }
        }

        return null;
    }

    /// <summary>What of a call's reading these globs keep from readers, in words; null when nothing. Paths that are not known (null) could be any.</summary>
    public string? MatchRead(ContentRead? reads, Unknown unknown) => reads switch
    {
        null => null,
        { Paths: null } => unknown.Means($"which paths it reads cannot be told beforehand, and they might match {this}"),
        { Paths: var paths } => paths.FirstOrDefault(Keeps) is { } path ? $"it reads {Shown.Short(path)} ({this})" : null,
    };

    /// <summary>
    /// Whether a path is kept from readers. One that git would not write like that (<c>a//b</c>, <c>./a</c>, <c>a/</c>) is: whatever it leads to, it is not what was compared.
    /// </summary>
    public bool Keeps(string path) =>
        !IsCanonical(path) || Globs.Any(glob => glob.IsMatch(path) || glob.IsMatch(path + "/"));

    private static bool IsCanonical(string path) =>
        path.Length == 0 || (!path.Contains('\\', StringComparison.Ordinal) && path.Split('/').All(static segment => segment is not ("" or "." or "..")));

    public override string ToString() => string.Join(", ", Globs);
}
