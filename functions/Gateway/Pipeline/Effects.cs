using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What a ref update would change, in a line for the audit.</summary>
internal static class Effects
{
    private const int MaxPaths = 50;
    private const int MaxPathsInAll = 1000;
    private const int MaxPathLength = 200;

    /// <summary>Null for an update of which nothing is known.</summary>
    /// <param name="update">The update.</param>
    /// <param name="operations">How many operations its request has: ten thousand refs must not make a batch that no ledger takes.</param>
    public static string? Describe(RefUpdate update, int operations)
    {
        if (update.ChangedPaths is not { } paths)
        {
            return null;
        }

        var most = Math.Clamp(MaxPathsInAll / operations, 1, MaxPaths);
        var named = string.Join(", ", paths.Take(most).Select(static path => path.Length <= MaxPathLength ? path : path[..MaxPathLength] + "…"));
        var more = paths.Count > most ? $" and {paths.Count - most} more" : "";
        return $"{(update.Forced == true ? "forced, " : "")}{(update.Commits is { } commits ? $"{commits.Count} commits" : "commits not known")}, {paths.Count} paths{(paths.Count == 0 ? "" : $": {named}{more}")}";
    }
}
