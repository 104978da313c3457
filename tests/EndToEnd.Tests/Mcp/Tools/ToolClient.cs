using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.EndToEnd.Tests.Mcp.Tools;

/// <summary>Calls tools as a client that holds each answer to the output schema that was listed for it.</summary>
internal sealed partial class ToolClient(McpClient client, CancellationToken cancellationToken)
{
    private readonly HashSet<string> _called = [];
    private Dictionary<string, Tool>? _listed;

    /// <summary>The tools that were called.</summary>
    public IReadOnlyCollection<string> Called => _called;

    /// <summary>The tools that are listed.</summary>
    public async Task<IReadOnlyDictionary<string, Tool>> ListedAsync() => _listed ??=
        (await client.ListToolsAsync(cancellationToken: cancellationToken)).ToDictionary(static tool => tool.Name, static tool => tool.ProtocolTool, StringComparer.Ordinal);

    /// <summary>What a tool answers.</summary>
    public async Task<CallToolResult> CallAsync(string tool, object arguments)
    {
        _called.Add(tool);
        var listed = (await ListedAsync())[tool];
        var result = await McpScene.CallAsync(client, tool, arguments, cancellationToken);
        if (result.IsError != true)
        {
            var fits = JsonSchema.FromText(listed.OutputSchema!.Value.GetRawText()).Evaluate(result.StructuredContent!.Value, new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.IsTrue(fits.IsValid, $"{tool}: {result.StructuredContent} does not fit {listed.OutputSchema}");
        }

        return result;
    }

    /// <summary>The structured answer of a call that succeeds.</summary>
    public async Task<JsonObject> DataAsync(string tool, object arguments)
    {
        var result = await CallAsync(tool, arguments);
        Assert.AreNotEqual(true, result.IsError, $"{tool} {JsonSerializer.Serialize(arguments)}: {McpScene.TextOf(result)}");
        return (JsonObject)JsonNode.Parse(result.StructuredContent!.Value.GetRawText())!;
    }

    /// <summary>What is said of a call that fails, without its reference id.</summary>
    public async Task<string> ErrorAsync(string tool, object arguments)
    {
        var result = await CallAsync(tool, arguments);
        Assert.IsTrue(result.IsError, string.Create(CultureInfo.InvariantCulture, $"{tool} {JsonSerializer.Serialize(arguments)}: {McpScene.TextOf(result)}"));
        return Reference().Replace(McpScene.TextOf(result), "reference");
    }

    [GeneratedRegex(@"reference r-[0-9a-zA-Z-]+")]
    private static partial Regex Reference();
}
