using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>An account, in few words.</summary>
internal static class UserShape
{
    public const string Schema = """{ "type": "object", "properties": { "login": { "type": "string" }, "id": { "type": "integer" }, "profile_url": { "type": "string" } }, "required": ["login"] }""";

    /// <summary>Of what GitHub says of it; null for nobody.</summary>
    public static JsonObject? Of(JsonNode? user) => user.Text("login") is { } login
        ? Json.Of(("login", login), ("id", user.Copy("id")), ("profile_url", user.Text("html_url")))
        : null;

    /// <summary>The names of several.</summary>
    public static JsonArray? Logins(JsonNode? users) => users.Texts(static user => user.Text("login"));
}
