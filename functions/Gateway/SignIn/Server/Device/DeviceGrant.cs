using System.Globalization;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Device;

/// <summary>A device asks whether it was let in (RFC 8628, section 3.4). Once it was, one question gets the tokens, and no other.</summary>
internal sealed class DeviceGrant(Clients clients, OAuthStores stores, TokenGrants grants, AddressLimits limits, TimeProvider time)
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";

    private const int SlowDown = 5;

    // What a network may take off the time between two questions.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    public async Task AnswerAsync(HttpContext context, IFormCollection form)
    {
        if (clients.Find(form.One("client_id")) is not { } client)
        {
            limits.FailedTokens.Take(context);
            await ErrorAsync(context, "invalid_client", "There is no client of that id here.");
            return;
        }

        var now = time.GetUtcNow();
        if (form.One("device_code") is not { } code
            || await stores.Devices.ReadAsync(OAuthStores.Digest(code), context.RequestAborted) is not { } kept
            || kept.Value.Client != client.Id)
        {
            limits.FailedTokens.Take(context);
            await ErrorAsync(context, "invalid_grant", "There is no such device code of this client, or it was redeemed already.");
        }
        else if (now >= kept.Value.Ends)
        {
            await ErrorAsync(context, "expired_token", "Nobody typed the code in time. Start again.");
        }
        else if (kept.Value.Denied)
        {
            await ErrorAsync(context, "access_denied", "The person said no.");
        }
        else if (kept.Value.Person is not { } person)
        {
            await WaitAsync(context, kept, now);
        }
        else if (!await stores.Devices.TakeAsync(kept, context.RequestAborted))
        {
            await ErrorAsync(context, "invalid_grant", "The device code was redeemed already.");
        }
        else
        {
            await GiveAsync(context, await grants.ForDeviceAsync(person, client, context.RequestAborted));
        }
    }

    private async Task WaitAsync(HttpContext context, Kept<DeviceRequest> kept, DateTimeOffset now)
    {
        var device = kept.Value;
        var tooSoon = now - device.Asked < TimeSpan.FromSeconds(device.Interval) - Jitter;
        var interval = tooSoon ? device.Interval + SlowDown : device.Interval;

        // Whoever loses this against an approval learns of it with the next question.
        _ = await stores.Devices.ReplaceAsync(kept, device with { Asked = now, Interval = interval }, device.Ends, context.RequestAborted);
        if (tooSoon)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest,
            [
                new("error", "slow_down"),
                new("error_description", "Ask less often."),
                new("interval", interval.ToString(CultureInfo.InvariantCulture)),
            ]);
        }
        else
        {
            await ErrorAsync(context, "authorization_pending", "Nobody has typed the code yet.");
        }
    }

    private static Task GiveAsync(HttpContext context, TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.Given given => WriteAsync(context, StatusCodes.Status200OK,
        [
            new("access_token", given.Access.Text),
            new("token_type", "bearer"),
            new("scope", OAuthScope.Broker),
            new("expires_in", given.Access.Seconds.ToString(CultureInfo.InvariantCulture)),
            new("refresh_token", given.Refresh),
        ]),
        TokenOutcome.Refused refused => ErrorAsync(context, "invalid_grant", refused.Description),
        TokenOutcome.Unavailable unavailable => ErrorAsync(context, "temporarily_unavailable", unavailable.Description),
        _ => throw new InvalidOperationException("Unknown outcome."),
    };

    private static Task ErrorAsync(HttpContext context, string error, string description) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, [new("error", error), new("error_description", description)]);

    private static Task WriteAsync(HttpContext context, int status, KeyValuePair<string, string?>[] fields)
    {
        if (GitHubAnswer.IsFor(context.Request))
        {
            return GitHubAnswer.WriteAsync(context, fields);
        }

        return JsonAnswer.WriteAsync(context, status, GitHubAnswer.Json(fields));
    }
}
