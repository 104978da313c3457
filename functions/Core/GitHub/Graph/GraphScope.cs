using System.Collections.Immutable;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>What is known at one place of a request: where what stands there is read from.</summary>
/// <param name="From">From where; null where nothing was read yet.</param>
/// <param name="Path">The one path that it is; null when it is not one, or not known.</param>
/// <param name="IsRoot">True for the repository that the request is about, not one that it leads to.</param>
internal readonly record struct GraphScope(GraphFrom? From, string? Path = null, bool IsRoot = false)
{
    /// <summary>From where, for what has to say it.</summary>
    public GraphFrom Origin => From ?? GraphFrom.Anywhere.Instance;

    /// <summary>Reading names and commits there.</summary>
    public GraphRead Names => new(Origin, []);

    /// <summary>Reading the one path, or any.</summary>
    public GraphRead Content => new(Origin, Path is null ? null : [Path]);

    /// <summary>Reading whatever is there.</summary>
    public GraphRead Anything => new(Origin, null);

    /// <summary>Reading one path there.</summary>
    public GraphRead At(string? path) => new(Origin, path is null ? null : ImmutableArray.Create(path));
}
