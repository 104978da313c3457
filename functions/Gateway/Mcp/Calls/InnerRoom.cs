using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>A room as it is, but what it would refuse in its protocol's words is kept as a value instead.</summary>
internal sealed class InnerRoom(IProtocolRoom room) : IProtocolRoom
{
    public Refusal? Refusal { get; private set; }

    public ValueTask<Outcome<PresentedToken>> FindTokenAsync(HttpContext context, CancellationToken cancellationToken) => room.FindTokenAsync(context, cancellationToken);

    public ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken) => room.ClassifyAsync(context, cancellationToken);

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken)
    {
        Refusal = refusal;
        context.Response.StatusCode = refusal.HttpStatus;
        return ValueTask.CompletedTask;
    }
}
