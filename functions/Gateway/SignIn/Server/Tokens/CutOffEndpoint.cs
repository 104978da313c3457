using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>Where an administrator ends somebody's sign-ins, on every host. Who that is says the policy's <c>roles.admins</c>; the token is one that every other request may bring.</summary>
internal sealed class CutOffEndpoint(ICallerAuthenticator authenticator, IPolicySource policies, IPersonSessions sessions, TimeProvider time, ILogger<CutOffEndpoint> logger)
{
    public async Task RunAsync(HttpContext context)
    {
        if (policies.Current is not { } policy)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "There is no policy in force, so nobody is known to be an administrator.");
            return;
        }

        var outcome = AuthorizationHeader.TryRead(context.Request.Headers.Authorization, out var token, out var unread)
            ? await authenticator.AuthenticateAsync(token, policy.Issuers, context.RequestAborted)
            : unread;
        switch (outcome)
        {
            case AuthenticationOutcome.Authenticated { Caller: var caller } when policy.Roles.IsAdmin(caller):
                await CutOffAsync(context, caller);
                break;
            case AuthenticationOutcome.Authenticated { Caller: var caller }:
                logger.NotAnAdmin(caller.Person.ToString());
                await JsonAnswer.ErrorAsync(context, StatusCodes.Status403Forbidden, "access_denied", "Only the policy's roles.admins may end other people's sign-ins.");
                break;
            case AuthenticationOutcome.Rejected:
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await JsonAnswer.ErrorAsync(context, StatusCodes.Status401Unauthorized, "invalid_token", "Send a token that the broker accepts as a Bearer token.");
                break;
            case AuthenticationOutcome.Unavailable:
                await JsonAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "The identity provider cannot be reached, so nobody can be let in.");
                break;
            default:
                throw new InvalidOperationException("Unknown authentication outcome.");
        }
    }

    private async Task CutOffAsync(HttpContext context, Caller admin)
    {
        if (context.Request.QueryString.HasValue || (await RequestForm.ReadAsync(context))?.One("person") is not { } text || PersonId.Parse(text) is not { } person)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "person is missing, or no ISSUER#SUBJECT as the audit names people. It goes into an application/x-www-form-urlencoded body.");
            return;
        }

        var before = await sessions.CutOffAsync(person, time.GetUtcNow(), admin.Person, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, new() { ["person"] = person.ToString(), ["before"] = before.UtcDateTime.ToString("O") });
    }
}
