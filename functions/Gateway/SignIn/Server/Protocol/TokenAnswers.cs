using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>The last words on a token answer: what was granted is the broker's one scope, what lies with the provider is 503, and GitHub's tools get it as GitHub writes it.</summary>
internal sealed class TokenAnswers(AddressLimits limits) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.Response;
        response.ErrorUri = null;
        if (!string.IsNullOrEmpty(response.AccessToken))
        {
            response.Scope = OAuthScope.Broker;
        }

        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (response.Error is not (null or Errors.TemporarilyUnavailable))
        {
            limits.FailedTokens.Take(http);
        }

        if (GitHubAnswer.IsFor(http.Request))
        {
            await GitHubAnswer.WriteAsync(http, response.GetParameters().Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
            context.HandleRequest();
        }
        else if (response.Error == Errors.TemporarilyUnavailable)
        {
            await JsonAnswer.ErrorAsync(http, StatusCodes.Status503ServiceUnavailable, response.Error, response.ErrorDescription ?? "");
            context.HandleRequest();
        }
    }
}
