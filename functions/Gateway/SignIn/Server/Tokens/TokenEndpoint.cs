using CursorBroker.Gateway.SignIn.Server.Device;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>The token endpoint. A device's code is exchanged by the broker itself; the rest is the library's.</summary>
internal sealed class TokenEndpoint(DeviceGrant devices, AddressLimits limits)
{
    private const string Grant = "grant_type";

    public async Task RunAsync(HttpContext context)
    {
        if (limits.FailedTokens.IsSpent(context))
        {
            await TooManyRequests.WriteAsync(context);
            return;
        }

        var isGitHub = GitHubAnswer.IsFor(context.Request);
        var form = isGitHub ? await RequestForm.ReadGitHubAsync(context) : await RequestForm.ReadAsync(context);
        if (form is null || (!isGitHub && context.Request.QueryString.HasValue))
        {
            limits.FailedTokens.Take(context);
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "Parameters go into an application/x-www-form-urlencoded body, and never into the address.");
            return;
        }

        if (form.One(Grant) == DeviceGrant.GrantType)
        {
            await devices.AnswerAsync(context, form);
            return;
        }

        if (isGitHub)
        {
            // GitHub's own tools send a code without saying what it is.
            var fields = form.Where(static field => field.Value.Count == 1).Select(static field => KeyValuePair.Create(field.Key, field.Value[0]!));
            RequestForm.Replace(context, form.ContainsKey(Grant) ? fields : fields.Append(KeyValuePair.Create(Grant, "authorization_code")));
        }

        if (!await ProtocolHandler.HandleAsync(context))
        {
            throw new InvalidOperationException("The token endpoint was not answered.");
        }
    }
}
