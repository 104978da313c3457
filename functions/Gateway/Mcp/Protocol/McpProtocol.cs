using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>
/// The SDK's endpoint as something to call: a small pipeline of its own with its own routing, built once, since a function's trigger has no application to map it into.
/// </summary>
internal sealed class McpProtocol
{
    private readonly RequestDelegate _serve;

    public McpProtocol(IServiceProvider services)
    {
        var builder = new ApplicationBuilder(services);
        builder.UseRouting();
        builder.UseEndpoints(static endpoints => endpoints.MapMcp("/"));
        _serve = builder.Build();
    }

    /// <summary>Answers one message.</summary>
    public async Task ServeAsync(McpTurn turn)
    {
        var context = turn.Answering.Context;
        context.Features.Set(turn);

        // The host's own routing has chosen an endpoint already, and a request that has one is not routed again.
        context.SetEndpoint(null);
        context.Request.RouteValues = [];
        var path = context.Request.Path;
        context.Request.Path = "/";
        try
        {
            await _serve(context);
        }
        finally
        {
            context.Request.Path = path;
        }
    }
}
