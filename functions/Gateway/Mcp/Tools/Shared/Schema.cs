using System.Text.Json;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Pieces of schemas that tools share, as JSON.</summary>
internal static class Schema
{
    /// <summary>The two arguments that say which repository.</summary>
    public const string Repository = """
        "owner": { "type": "string", "description": "Owner of the repository: an organization or a user" },
        "repo": { "type": "string", "description": "Name of the repository, without its owner" }
        """;

    /// <summary>The two arguments that say which page.</summary>
    public const string Paging = """
        "page": { "type": "integer", "minimum": 1, "description": "Which page, from 1" },
        "perPage": { "type": "integer", "minimum": 1, "maximum": 100, "description": "Entries per page; 30 unless you say otherwise" }
        """;

    /// <summary>What an answer says of the pages after it.</summary>
    public const string NextPage = """
        "next_page": { "type": "integer", "description": "Ask for this page to go on; absent on the last one" }
        """;

    /// <summary>The schema of arguments: an object that has these properties and no others.</summary>
    /// <param name="properties">The properties, as they stand between the braces.</param>
    /// <param name="required">Those that must be there.</param>
    public static JsonElement Input(string properties, params ReadOnlySpan<string> required) => ToolSchema.Of(
        $$"""{ "type": "object", "properties": { {{properties}} }, "required": [{{Quoted(required)}}], "additionalProperties": false }""");

    /// <summary>The schema of an answer.</summary>
    /// <param name="properties">The properties, as they stand between the braces.</param>
    /// <param name="required">Those that are always there.</param>
    public static JsonElement Output(string properties, params ReadOnlySpan<string> required) => ToolSchema.Of(Object(properties, required));

    /// <summary>An object, as JSON.</summary>
    public static string Object(string properties, params ReadOnlySpan<string> required) =>
        $$"""{ "type": "object", "properties": { {{properties}} }, "required": [{{Quoted(required)}}] }""";

    /// <summary>A list, as JSON.</summary>
    public static string List(string items) => $$"""{ "type": "array", "items": {{items}} }""";

    /// <summary>One of these texts, as JSON.</summary>
    public static string Choice(string description, params ReadOnlySpan<string> choices) => $$"""{ "type": "string", "enum": [{{Quoted(choices)}}], "description": "{{description}}" }""";

    /// <summary>The argument that picks members of each entry.</summary>
    public static string Fields(string[] all, string[] usual) =>
        $$"""{ "type": "array", "items": { "type": "string", "enum": [{{Quoted(all)}}] }, "description": "Which members each entry has; unless you say otherwise {{string.Join(", ", usual)}}. Ask for few to keep the answer small" }""";

    private static string Quoted(ReadOnlySpan<string> names)
    {
        var quoted = new List<string>();
        foreach (var name in names)
        {
            quoted.Add($"\"{name}\"");
        }

        return string.Join(", ", quoted);
    }
}
