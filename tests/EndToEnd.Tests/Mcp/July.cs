using System.Text.Json.Nodes;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>Messages of revision 2026-07-28, as they are, of a client that can open links.</summary>
internal static class July
{
    public const string Revision = "2026-07-28";

    /// <summary>Writes a file to main, which waits for people.</summary>
    public static Task<McpReply> CallAsync(McpScene mcp, string who, Scene scene, string path, string? state = null, string responses = """{"approval":{"action":"accept"}}""")
    {
        var parameters = new JsonObject
        {
            ["name"] = "create_or_update_file",
            ["arguments"] = new JsonObject { ["owner"] = "acme", ["repo"] = scene.Repository.Name, ["path"] = path, ["content"] = "by a tool\n", ["message"] = "Made", ["branch"] = "main" },
            ["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = Revision,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject { ["elicitation"] = new JsonObject { ["url"] = new JsonObject() } },
            },
        };
        if (state is not null)
        {
            parameters["requestState"] = state;
            parameters["inputResponses"] = JsonNode.Parse(responses);
        }

        return mcp.SendAsync(
            who,
            new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = "tools/call", ["params"] = parameters }.ToJsonString(),
            ("MCP-Protocol-Version", Revision), ("Mcp-Method", "tools/call"), ("Mcp-Name", "create_or_update_file"));
    }
}
