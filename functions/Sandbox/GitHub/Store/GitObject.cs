namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>One object as it is stored.</summary>
/// <param name="Id">Its id, lower-case hex.</param>
/// <param name="Type"><c>commit</c>, <c>tree</c>, <c>blob</c> or <c>tag</c>.</param>
/// <param name="Content">Its bytes, without git's own header.</param>
internal sealed record GitObject(string Id, string Type, byte[] Content);

/// <summary>One entry of a tree.</summary>
/// <param name="Mode">Six octal digits.</param>
/// <param name="Type"><c>blob</c>, <c>tree</c> or <c>commit</c>.</param>
/// <param name="Id">What it names.</param>
/// <param name="Size">Bytes of a blob; null for others.</param>
/// <param name="Path">The path from the tree that was listed.</param>
internal sealed record GitEntry(string Mode, string Type, string Id, long? Size, string Path)
{
    public bool IsSymlink => Mode == "120000";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>A ref and what it names.</summary>
/// <param name="Name">The whole name, <c>refs/...</c>.</param>
/// <param name="Type">The type of what it names.</param>
/// <param name="Id">The id of what it names.</param>
/// <param name="Commit">The commit behind it, behind a tag object too; null when it leads to none.</param>
internal sealed record GitRef(string Name, string Type, string Id, string? Commit)
{
    public string Short => Name.Split('/', 3)[^1];
}
