using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Protocol;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>Something that can be read by an address, such as <c>repo://{owner}/{repo}/contents{/path*}</c>.</summary>
internal interface IBrokerResource
{
    /// <summary>The template that <c>resources/templates/list</c> shows.</summary>
    ResourceTemplate Template { get; }

    /// <summary>Whether the policy can ever let this caller read it.</summary>
    bool MayEver(PolicyReach reach);

    /// <summary>Reads it by inner calls; null when the address is not one of its own.</summary>
    /// <exception cref="ToolArgumentException">The address makes no sense.</exception>
    /// <exception cref="McpProtocolException">It cannot be had; the message says why.</exception>
    ValueTask<ReadResourceResult?> ReadAsync(string uri, ToolCall call, CancellationToken cancellationToken);
}

/// <summary>All resources there are.</summary>
internal sealed class ResourceShelf(IEnumerable<IBrokerResource> resources, ToolPerformer performer)
{
    private readonly IBrokerResource[] _resources = [.. resources];

    /// <summary>What the policy can ever let this caller read.</summary>
    public IEnumerable<ResourceTemplate> TemplatesFor(PolicyReach reach) => _resources.Where(each => each.MayEver(reach)).Select(static each => each.Template);

    /// <summary>Reads one.</summary>
    public async ValueTask<ReadResourceResult> ReadAsync(McpTurn turn, string uri, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var resource in _resources.Where(each => each.MayEver(turn.Reach)))
            {
                if (await resource.ReadAsync(uri, performer.ReadingCall(turn), cancellationToken) is { } read)
                {
                    return read;
                }
            }
        }
        catch (ToolArgumentException wrong)
        {
            throw new McpProtocolException(wrong.Message, McpErrorCode.InvalidParams);
        }

        throw new McpProtocolException("There is no such resource.", McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } };
    }
}
