namespace CursorBroker.Sandbox.GitHub;

/// <summary>One bare repository that the stand-in serves.</summary>
/// <param name="Id">GitHub's numeric id; the same on every start, and kept when the repository is renamed.</param>
/// <param name="Owner">The account, as spelled.</param>
/// <param name="Name">The name without <c>.git</c>, as spelled.</param>
/// <param name="Path">Absolute path of the bare repository.</param>
public sealed record SandboxRepository(long Id, string Owner, string Name, string Path)
{
    /// <summary>True when everyone may read it, as far as the REST API goes; private by default.</summary>
    public bool IsPublic { get; init; }

    /// <summary><c>owner/name</c>.</summary>
    public string FullName => $"{Owner}/{Name}";

    /// <summary>A repository whose id comes from the name it has now.</summary>
    public static SandboxRepository At(string owner, string name, string path) =>
        new(StableId.Of($"{owner}/{name}"), owner, name, System.IO.Path.GetFullPath(path));
}
