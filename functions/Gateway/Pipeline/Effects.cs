using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What a ref update would change, in a line for the audit.</summary>
internal static class Effects
{
    private const int MaxPaths = 50;
    private const int MaxPathLength = 200;

    /// <summary>Null for an update of which nothing is known.</summary>
    public static string? Describe(RefUpdate update)
    {
        if (update.ChangedPaths is not { } paths || update.Commits is not { } commits)
        {
            return null;
        }

        var named = string.Join(", ", paths.Take(MaxPaths).Select(static path => path.Length <= MaxPathLength ? path : path[..MaxPathLength] + "…"));
        var more = paths.Count > MaxPaths ? $" and {paths.Count - MaxPaths} more" : "";
        return $"{(update.Forced == true ? "forced, " : "")}{commits.Count} commits, {paths.Count} paths{(paths.Count == 0 ? "" : $": {named}{more}")}";
    }
}
