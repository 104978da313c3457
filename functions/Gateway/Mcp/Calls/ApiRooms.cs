using CursorBroker.Gateway.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Vault;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>Which room an inner call is for. The one place where MCP knows other rooms: it is their client, in process.</summary>
internal sealed class ApiRooms(RestRoom rest, GraphRoom graph, VaultRoom vault)
{
    public IProtocolRoom For(ApiFace face) => face switch
    {
        ApiFace.Rest => rest,
        ApiFace.GraphQl => graph,
        ApiFace.Vault => vault,
        _ => throw new InvalidOperationException($"There is no room for {face}."),
    };
}
