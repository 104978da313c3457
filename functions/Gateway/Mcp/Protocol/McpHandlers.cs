using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>What the SDK's server does for one message: the tools, resources and prompts of whoever sent it.</summary>
internal sealed class McpHandlers(ToolBox tools, ToolRunner runner, ResourceShelf resources, PromptShelf prompts)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Fills a server's options for a turn.</summary>
    public void Fill(McpServerOptions options, McpTurn turn) => options.Handlers = new McpServerHandlers
    {
        ListToolsHandler = (request, _) =>
        {
            var (page, next) = tools.ListFor(turn.Reach, request.Params?.Cursor);
            return ValueTask.FromResult(new ListToolsResult { Tools = [.. page], NextCursor = next, TimeToLive = Fresh, CacheScope = CacheScope.Private });
        },
        CallToolHandler = (request, cancellationToken) => runner.RunAsync(turn, request, cancellationToken),
        ListResourcesHandler = static (_, _) => ValueTask.FromResult(new ListResourcesResult { TimeToLive = Fresh, CacheScope = CacheScope.Private }),
        ListResourceTemplatesHandler = (_, _) =>
            ValueTask.FromResult(new ListResourceTemplatesResult { ResourceTemplates = [.. resources.TemplatesFor(turn.Reach)], TimeToLive = Fresh, CacheScope = CacheScope.Private }),
        ReadResourceHandler = (request, cancellationToken) => resources.ReadAsync(turn, Required(request.Params).Uri, cancellationToken),
        ListPromptsHandler = (_, _) => ValueTask.FromResult(new ListPromptsResult { Prompts = [.. prompts.ListFor(turn.Reach)], TimeToLive = Fresh, CacheScope = CacheScope.Private }),
        GetPromptHandler = (request, _) => ValueTask.FromResult(prompts.Get(turn.Reach, Required(request.Params))),
    };

    private static T Required<T>(T? parameters) => parameters ?? throw new McpProtocolException("params are missing.", McpErrorCode.InvalidParams);
}
