using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>What is answered of a thing that was made or changed: its id and where it is, as github-mcp-server has it.</summary>
internal static class Change
{
    public const string Properties = """ "id": { "type": "string" }, "url": { "type": "string" }, "number": { "type": "integer", "description": "Its number, where it has one" } """;

    /// <summary>Of the thing as REST shows it.</summary>
    public static ToolAnswer Of(ApiAnswer answer) => Of(answer.Json());

    /// <summary>Of the thing as REST shows it.</summary>
    public static ToolAnswer Of(JsonNode? made) => ToolAnswer.Json(Json.Of(
        ("id", made.At("id")?.ToJsonString()), ("url", made.Text("html_url") ?? made.Text("url")), ("number", made.Copy("number"))));
}
