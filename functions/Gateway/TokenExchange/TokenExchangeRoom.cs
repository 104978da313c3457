using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>RFC 8693: an OIDC token in, a GitHub token out, for who may have one. The caller's token is in the form, and nowhere else.</summary>
internal sealed class TokenExchangeRoom(UpstreamOptions upstream) : IProtocolRoom
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/token";

    public async ValueTask<Outcome<PresentedToken>> FindTokenAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!(await ExchangeForm.ReadAsync(context.Request, cancellationToken)).Succeeded(out var form, out var refusal))
        {
            return refusal;
        }

        // A body is read once: the rest of it is for when it is known who asks.
        context.Features.Set(form);
        return form.Subject;
    }

    public ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = context.Features.Get<ExchangeForm>() ?? throw new InvalidOperationException("The form is read before it is understood.");
        return ValueTask.FromResult(Classify(form));
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        ExchangeError.WriteAsync(context.Response, refusal, cancellationToken);

    private Outcome<ProtocolRequest> Classify(ExchangeForm form)
    {
        if (!ExchangeTarget.TryRead(form.Target, upstream.Git, out var repository))
        {
            return Refusals.Malformed($"Name the repository as OWNER/NAME or as {upstream.Git}OWNER/NAME.") with { Code = ExchangeError.InvalidTarget };
        }

        return ExchangeScope.TryRead(form.Scope, out var permissions)
            ? new TokenExchangeRequest(repository, permissions)
            : Refusals.Malformed("Say in scope what the token must be able to do, such as contents:read pull_requests:write; each permission once.") with { Code = ExchangeError.InvalidScope };
    }
}
