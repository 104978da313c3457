using System.Collections.Immutable;

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

    public override string ToString() => string.Join(", ", Globs);
}
