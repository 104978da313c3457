using System.Collections.Immutable;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy;

/// <summary>Which paths of a repository a caller may read: all but those that a <c>deny: read</c> of some covering rule names.</summary>
public sealed class PathReadability
{
    private readonly ImmutableArray<PathGlobs> _denied;

    internal PathReadability(ImmutableArray<PathGlobs> denied) => _denied = denied;

    /// <summary>Every path.</summary>
    public static PathReadability Everything { get; } = new([]);

    /// <summary>True when no path is denied.</summary>
    public bool IsEverything => _denied.IsEmpty;

    /// <summary>Whether this path, a file's or a directory's, may be read. A directory that only holds denied paths below it may be listed.</summary>
    public bool MayRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return !_denied.Any(globs => globs.Keeps(path));
    }
}
