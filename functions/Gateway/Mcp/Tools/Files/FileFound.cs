using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>What stands at a path of a repository.</summary>
internal abstract record FileFound
{
    private FileFound()
    {
    }

    /// <summary>A file.</summary>
    /// <param name="Name">The last part of its path.</param>
    /// <param name="Sha">Its blob's id.</param>
    /// <param name="Content">Its bytes, masked.</param>
    public sealed record File(string Name, string Sha, ReadOnlyMemory<byte> Content) : FileFound;

    /// <summary>A directory, as GitHub lists it.</summary>
    public sealed record Directory(JsonArray Entries) : FileFound;

    /// <summary>A link that leads out of the repository or nowhere, or a submodule: there is nothing to read, only to tell.</summary>
    /// <param name="Kind"><c>symlink</c> or <c>submodule</c>.</param>
    /// <param name="Sha">Its id.</param>
    /// <param name="Target">Where it leads.</param>
    public sealed record Pointer(string Kind, string Sha, string Target) : FileFound;

    /// <summary>It could not be read; why.</summary>
    public sealed record Failed(ToolAnswer Answer) : FileFound;
}
