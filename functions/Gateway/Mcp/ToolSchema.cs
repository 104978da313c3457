using System.Text.Json;

namespace CursorBroker.Gateway.Mcp;

/// <summary>JSON Schemas of tools, written as JSON.</summary>
internal static class ToolSchema
{
    /// <summary>A schema from its text, a constant. An object schema that says nothing about further properties admits none.</summary>
    public static JsonElement Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
