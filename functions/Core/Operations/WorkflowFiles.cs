namespace CursorBroker.Core.Operations;

/// <summary>
/// Workflow files, whose change GitHub only takes from a token with <c>workflows:write</c>. Compared without case, and the folders themselves count when a
/// file, link or submodule stands in their place: asking for too much here refuses a push, asking for too little would let a pipeline be rewritten.
/// </summary>
internal static class WorkflowFiles
{
    private const string Folder = ".github/workflows";

    /// <summary>Whether some path is one; false when the paths are not known.</summary>
    public static bool AreAmong(IReadOnlyCollection<string>? paths) => paths is not null && paths.Any(Is);

    private static bool Is(string path) =>
        path.StartsWith(Folder, StringComparison.OrdinalIgnoreCase) && (path.Length == Folder.Length || path[Folder.Length] == '/')
        || string.Equals(path, ".github", StringComparison.OrdinalIgnoreCase);
}
