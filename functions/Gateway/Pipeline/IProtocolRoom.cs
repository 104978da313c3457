using CursorBroker.Core.Identity;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// What a protocol plugs into the <c>RequestPipeline</c>: it reads its requests strictly and refuses in its own words.
/// A room never authenticates, decides, mints, forwards or records, and never talks to another room.
/// </summary>
public interface IProtocolRoom
{
    /// <summary>Finds the caller's token: in <c>Authorization</c>, unless the protocol has it elsewhere. It is looked for in one place only.</summary>
    ValueTask<Outcome<PresentedToken>> FindTokenAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Authentication.InHeader(context));
    }

    /// <summary>
    /// Parses the request into Operations. Only as much of the body is read as that takes. What is not understood is refused:
    /// no guess, no default.
    /// </summary>
    ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken);

    /// <summary>Writes a refusal as the protocol's clients expect it. The response has not started.</summary>
    /// <param name="context">The request to answer.</param>
    /// <param name="request">What the request was understood as; null when it was refused before that.</param>
    /// <param name="refusal">What to say, and to whom.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken);
}
