using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Device;

/// <summary>Lets a waiting device in, or not: once.</summary>
internal sealed class DeviceApproval(OAuthStores stores, OAuthRecorder recorder, TimeProvider time)
{
    // The device asks meanwhile, and each question changes its record.
    private const int MaxRaces = 5;

    public async Task SettleAsync(Visit visit, string device, SignedIn person, RegisteredClient client, bool agreed)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await stores.Devices.ReadAsync(device, visit.Aborted) is not { Value: { Person: null, Denied: false } } kept || time.GetUtcNow() >= kept.Value.Ends)
            {
                await visit.Pages.ProblemAsync(visit.Context, StatusCodes.Status409Conflict, "That device does not wait any more", "It took too long, or somebody has answered already. Start again on the device.", PageLink.Inbox);
                return;
            }

            var settled = agreed ? kept.Value with { Person = person } : kept.Value with { Denied = true };
            if (await stores.Devices.ReplaceAsync(kept, settled, kept.Value.Ends, visit.Aborted))
            {
                await TellAsync(visit, person, client, agreed);
                return;
            }
        }

        throw new StateUnavailableException("The record of a device keeps changing.");
    }

    private async Task TellAsync(Visit visit, SignedIn person, RegisteredClient client, bool agreed)
    {
        if (agreed)
        {
            await recorder.RecordAsync(new DeviceApproved(person.Person.ToString(), client.Label), visit.Aborted);
        }

        await visit.Pages.ProblemAsync(
            visit.Context,
            StatusCodes.Status200OK,
            agreed ? "The device is let in" : "The device was not let in",
            agreed ? "It goes on by itself within a few seconds. You can close this page." : "It is told so. You can close this page.",
            PageLink.Inbox);
    }
}
