using System.Globalization;
using CursorBroker.Gateway.SignIn.Server.Protocol;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Device;

/// <summary>
/// A device asks to be let in (RFC 8628, section 3.1), in GitHub's words at GitHub's path. The scopes that GitHub's tools ask for mean nothing here: what somebody may do
/// is the policy's business.
/// </summary>
internal sealed class DeviceCodeEndpoint(Clients clients, OAuthStores stores, SignInOptions options, AddressLimits limits, TimeProvider time)
{
    /// <summary>How long somebody has to type the code.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long a device waits between two questions, in seconds.</summary>
    public const int Interval = 5;

    public async Task RunAsync(HttpContext context)
    {
        if (!limits.Devices.Take(context))
        {
            await TooManyRequests.WriteAsync(context);
            return;
        }

        if ((await RequestForm.ReadGitHubAsync(context))?.One("client_id") is not { } id)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "client_id is missing.");
            return;
        }

        if (clients.Find(id) is not { } client)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status401Unauthorized, "invalid_client", "There is no client of that id here.");
            return;
        }

        var (device, user) = (OAuthStores.NewSecret(), await NewAsync(client, context.RequestAborted));
        var ends = time.GetUtcNow() + Lifetime;
        if (!await stores.Devices.CreateAsync(OAuthStores.Digest(device), new DeviceRequest { Client = client.Id, Ends = ends, Interval = Interval }, ends, context.RequestAborted)
            || !await stores.UserCodes.CreateAsync(OAuthStores.Digest(user), new DeviceUserCode(OAuthStores.Digest(device)), ends, context.RequestAborted))
        {
            throw new InvalidOperationException("Two device codes are alike.");
        }

        await GitHubAnswer.WriteAsync(context,
        [
            new("device_code", device),
            new("user_code", UserCode.Show(user)),
            new("verification_uri", options.Address.Of(OAuthPaths.DevicePage)),
            new("expires_in", ((int)Lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            new("interval", Interval.ToString(CultureInfo.InvariantCulture)),
        ]);
    }

    /// <summary>A code that no other device shows right now.</summary>
    private async ValueTask<string> NewAsync(RegisteredClient client, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var code = UserCode.New();
            if (await stores.UserCodes.ReadAsync(OAuthStores.Digest(code), cancellationToken) is null)
            {
                return code;
            }
        }

        throw new InvalidOperationException($"No code is free for {client.Label}.");
    }
}
