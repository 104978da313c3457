using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>What a tool answers: text (or an image) for the model and the same as data for programs.</summary>
internal sealed record ToolAnswer
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The blocks, at least one.</summary>
    public required ImmutableArray<ContentBlock> Content { get; init; }

    /// <summary>The same as an object that fits the tool's output schema; null when the tool has none, or on an error.</summary>
    public JsonObject? Structured { get; init; }

    /// <summary>Whether it is a failure that the model should act on.</summary>
    public bool IsError { get; init; }

    /// <summary>The approval of a changing call that was kept and waits; null when nothing does.</summary>
    internal RefusedApproval? Waits { get; init; }

    /// <summary>Whether it was not run since it was called too often.</summary>
    internal bool IsLimited { get; init; }

    /// <summary>An object, and as the text its JSON unless a better one is given.</summary>
    public static ToolAnswer Json(JsonObject structured, string? text = null) =>
        new() { Content = [new TextContentBlock { Text = text ?? structured.ToJsonString(Plain) }], Structured = structured };

    /// <summary>Text alone.</summary>
    public static ToolAnswer Text(string text) => new() { Content = [new TextContentBlock { Text = text }] };

    /// <summary>A failure: what happened, and what to do about it.</summary>
    public static ToolAnswer Error(string message) => new() { Content = [new TextContentBlock { Text = message }], IsError = true };

    /// <summary>An answer as it came: its JSON when it is an object, a refusal or an error of GitHub's in words.</summary>
    public static ToolAnswer Of(ApiAnswer answer) =>
        !answer.IsSuccess ? Failures.Describe(answer)
        : answer.Json() is JsonObject json ? Json(json)
        : Text(answer.Text);

    /// <summary>The answer in the protocol's form.</summary>
    internal CallToolResult ToResult() => new()
    {
        Content = [.. Content],
        StructuredContent = Structured is null ? null : JsonSerializer.SerializeToElement(Structured, Plain),
        IsError = IsError ? true : null,
    };
}
