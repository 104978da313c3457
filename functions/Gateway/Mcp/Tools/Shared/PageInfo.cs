using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Where a page of GraphQL's begins and ends.</summary>
internal static class PageInfo
{
    public const string Properties = """ "hasNextPage": { "type": "boolean" }, "hasPreviousPage": { "type": "boolean" }, "startCursor": { "type": "string" }, "endCursor": { "type": "string" } """;

    /// <summary>Of a connection.</summary>
    public static JsonObject Of(JsonNode? connection) => Json.Of(
        ("hasNextPage", connection.At("pageInfo").IsTrue("hasNextPage")),
        ("hasPreviousPage", connection.At("pageInfo").IsTrue("hasPreviousPage")),
        ("startCursor", connection.At("pageInfo").Text("startCursor")),
        ("endCursor", connection.At("pageInfo").Text("endCursor")));
}
