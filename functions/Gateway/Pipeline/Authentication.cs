using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Masking;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The token to Caller and Session.</summary>
internal sealed class Authentication(ICallerAuthenticator authenticator, SessionTracker sessions, CallerTokens tokens)
{
    public async ValueTask<Outcome<Caller>> AuthenticateAsync(
        HttpContext context, IProtocolRoom room, PolicySet policy, Exchange exchange, CancellationToken cancellationToken)
    {
        if (!(await room.FindTokenAsync(context, cancellationToken)).Succeeded(out var token, out var refusal))
        {
            return refusal;
        }

        switch (await authenticator.AuthenticateAsync(token, policy.Issuers, cancellationToken))
        {
            case AuthenticationOutcome.Authenticated { Caller: var caller }:
                exchange.Caller = caller;
                tokens.Add(token);
                var (session, isNew) = await sessions.TouchAsync(caller, cancellationToken);
                exchange.Session = session;
                if (isNew)
                {
                    exchange.Add(new SessionStarted(
                        caller.Person.ToString(), caller.DisplayName, caller.Kind.ToString(), caller.Client, [.. caller.Groups.Order(StringComparer.Ordinal)]));
                }

                return caller;
            case AuthenticationOutcome.Rejected rejected:
                return Unauthenticated(rejected.Failure, rejected.Detail);
            case AuthenticationOutcome.Unavailable unavailable:
                return Refusals.Unavailable(
                    Stage.Authenticate, "The identity provider cannot be reached, so nobody can be let in.", unavailable.Detail, TimeSpan.FromSeconds(10));
            default:
                throw new InvalidOperationException("Unknown authentication outcome.");
        }
    }

    /// <summary>The token of the <c>Authorization</c> header.</summary>
    public static Outcome<PresentedToken> InHeader(HttpContext context) =>
        AuthorizationHeader.TryRead(context.Request.Headers.Authorization, out var token, out var unread) ? token : Unauthenticated(unread.Failure, unread.Detail);

    private static Refusal Unauthenticated(AuthenticationFailure failure, string detail) => new(
        Stage.Authenticate,
        RefusalKind.Unauthenticated,
        new CallerText(failure switch
        {
            AuthenticationFailure.Missing => "Sign in: send the company's OIDC token as the password, or as a Bearer token.",
            AuthenticationFailure.Expired => "The token has expired; get a new one.",
            AuthenticationFailure.NotYetValid => "The token is not valid yet; check the clock that issued it.",
            AuthenticationFailure.WrongAudience => "The token is for another audience.",
            AuthenticationFailure.ClientNotAllowed => "The token was issued to a client that this broker does not accept.",
            _ => "The token is not accepted.",
        }),
        $"{failure}: {detail}");
}
