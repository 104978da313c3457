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
            // What changes is never a directory. So where a pattern means what is in one, an entry of the directory's own name (a submodule, a symbolic
            // link, a file) takes its place, and what it leads to has the paths that the pattern is about.
            var directory = path + "/";
            var glob = Globs.FirstOrDefault(glob => glob.IsMatch(path) || glob.IsMatch(directory) || glob.IsBelow(path));
            if (glob is not null)
            {
                return $"it changes {Shown.Short(path)} ({glob})";
            }
        }

        return null;
    }

    public override string ToString() => string.Join(", ", Globs);
}
