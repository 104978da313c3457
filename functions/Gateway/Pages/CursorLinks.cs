using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CursorBroker.Gateway.Pages;

/// <summary>What puts the broker into Cursor: two links that do it, and the text that does it by hand.</summary>
/// <param name="Deep">Opens Cursor on this machine.</param>
/// <param name="Web">Cursor's own page, which does the same for who has no handler for the first.</param>
/// <param name="Configuration">For <c>~/.cursor/mcp.json</c>.</param>
/// <remarks>Source: cursor.com/docs, "MCP install links": the parameter is the server's own object, as base64.</remarks>
public sealed record CursorLinks(string Deep, string Web, string Configuration)
{
    private const string Name = "CursorBroker";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The links to the broker at an address: scheme, host and port.</summary>
    public static CursorLinks To(string origin)
    {
        var server = new Dictionary<string, string> { ["url"] = $"{origin}/mcp" };
        var config = Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(server, JsonSerializerOptions.Default))));
        return new(
            $"cursor://anysphere.cursor-deeplink/mcp/install?name={Name}&config={config}",
            $"https://cursor.com/en/install-mcp?name={Name}&config={config}",
            JsonSerializer.Serialize(new { mcpServers = new Dictionary<string, object> { [Name] = server } }, Indented));
    }
}
