using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>A call that the broker answers itself, to whoever has signed in: nothing of it goes to GitHub.</summary>
internal abstract class OwnRequest(RestInput input) : ProtocolRequest
{
    public override IReadOnlyList<Operation> Operations => [];

    public override bool NeedsUpstream => false;

    public abstract override ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken);

    public override async ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken)
    {
        var (body, link) = Answer();
        body = answering.Mask(body, TextForm.Json);
        var response = answering.Context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        GitHubHost.WriteHeaders(response);
        response.ContentType = $"{RestMediaTypes.Json}; charset=utf-8";
        response.ContentLength = body.Length;
        if (link is not null)
        {
            response.Headers.Link = link;
        }

        if (!input.IsHead)
        {
            await response.Body.WriteAsync(body, cancellationToken);
        }
    }

    /// <summary>The answer, once it was resolved: JSON, and the <c>Link</c> header if there is one.</summary>
    protected abstract (ReadOnlyMemory<byte> Body, string? Link) Answer();
}
