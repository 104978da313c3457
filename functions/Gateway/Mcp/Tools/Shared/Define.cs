using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Definitions of tools. Each works on GitHub, where others write as well: what comes back is nobody's word but theirs (<c>openWorldHint</c>).</summary>
internal static class Define
{
    /// <summary>A tool that changes nothing.</summary>
    /// <param name="name">Its name, github-mcp-server's.</param>
    /// <param name="title">What a person sees.</param>
    /// <param name="description">What a model sees.</param>
    /// <param name="input">The schema of its arguments.</param>
    /// <param name="output">The schema of its answer.</param>
    public static Tool Read(string name, string title, string description, JsonElement input, JsonElement output) =>
        Of(name, title, description, input, output, new() { Title = title, ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = true });

    /// <summary>A tool that changes something.</summary>
    /// <param name="name">Its name, github-mcp-server's.</param>
    /// <param name="title">What a person sees.</param>
    /// <param name="description">What a model sees.</param>
    /// <param name="input">The schema of its arguments.</param>
    /// <param name="output">The schema of its answer.</param>
    /// <param name="destroys">Whether something can be lost by it: overwritten, deleted, closed.</param>
    /// <param name="repeatable">Whether doing it again changes nothing more.</param>
    public static Tool Change(string name, string title, string description, JsonElement input, JsonElement output, bool destroys, bool repeatable) =>
        Of(name, title, description, input, output, new() { Title = title, ReadOnlyHint = false, DestructiveHint = destroys, IdempotentHint = repeatable, OpenWorldHint = true });

    private static Tool Of(string name, string title, string description, JsonElement input, JsonElement output, ToolAnnotations annotations) => new()
    {
        Name = name,
        Title = title,
        Description = description,
        InputSchema = input,
        OutputSchema = output,
        Annotations = annotations,
    };
}
