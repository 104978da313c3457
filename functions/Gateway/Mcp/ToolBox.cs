using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Approvals;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>All tools there are, and which of them somebody may see.</summary>
internal sealed class ToolBox
{
    private readonly McpOptions _options;
    private readonly ImmutableArray<(IBrokerTool Tool, Tool Listed)> _tools;

    public ToolBox(IEnumerable<IBrokerTool> tools, McpOptions options)
    {
        _options = options;
        _tools = [.. tools.Select(static tool => (tool, Listed(tool.Definition))).OrderBy(static each => each.tool.Definition.Name, StringComparer.Ordinal)];
        var twice = _tools.GroupBy(static each => each.Tool.Definition.Name).FirstOrDefault(static group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException($"There are two tools of the name {twice.Key}.");
        }
    }

    /// <summary>One page of what the policy can ever let this caller use, in the order of names.</summary>
    /// <param name="reach">The caller's reach.</param>
    /// <param name="cursor">Where the page before ended; null for the first.</param>
    public (IEnumerable<Tool> Page, string? Next) ListFor(PolicyReach reach, string? cursor)
    {
        var after = cursor is null ? "" : Decode(cursor);
        var rest = _tools.Where(each => string.CompareOrdinal(each.Listed.Name, after) > 0 && each.Tool.MayEver(reach)).Select(static each => each.Listed).ToList();
        var page = rest.Take(_options.PageSize).ToList();
        return (page, rest.Count > page.Count ? Encode(page[^1].Name) : null);
    }

    /// <summary>A tool; null when there is none of that name, or none for this caller.</summary>
    public IBrokerTool? Find(string name, PolicyReach reach)
    {
        var found = FindAny(name);
        return found is not null && found.MayEver(reach) ? found : null;
    }

    /// <summary>A tool, whoever may use it; null when there is none.</summary>
    public IBrokerTool? FindAny(string name) => _tools.FirstOrDefault(each => each.Tool.Definition.Name == name).Tool;

    /// <summary>
    /// A tool that changes something may have to wait, and then answers with <c>approval</c> instead of what it promises; clients check answers against the output schema, so
    /// that has to be in it.
    /// </summary>
    private static Tool Listed(Tool tool)
    {
        if (tool.OutputSchema is not { } output || tool.Annotations?.ReadOnlyHint == true)
        {
            return tool;
        }

        var schema = JsonNode.Parse(output.GetRawText())!.AsObject();
        var promised = schema["required"]?.DeepClone() ?? new JsonArray();
        schema.Remove("required");
        var properties = schema["properties"] as JsonObject ?? [];
        properties["approval"] = JsonNode.Parse(PendingAnswer.Schema);
        schema["properties"] = properties;
        schema["anyOf"] = new JsonArray(new JsonObject { ["required"] = promised }, new JsonObject { ["required"] = new JsonArray("approval") });
        return new Tool
        {
            Name = tool.Name,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = tool.InputSchema,
            OutputSchema = JsonSerializer.SerializeToElement(schema),
            Annotations = tool.Annotations,
            Icons = tool.Icons,
            Meta = tool.Meta,
        };
    }

    private static string Encode(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name));

    private static string Decode(string cursor)
    {
        if (cursor.Length > 200 || !Base64Url.IsValid(cursor))
        {
            throw new McpProtocolException("The cursor is none that was given out.", McpErrorCode.InvalidParams);
        }

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
    }
}
