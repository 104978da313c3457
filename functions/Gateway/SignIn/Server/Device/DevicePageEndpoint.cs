using System.Collections.Immutable;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pages.Views;
using CursorBroker.Gateway.SignIn.Server.Consent;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Device;

/// <summary>Where somebody who has signed in types a device's code. A code that is good leads to the same question that every application asks.</summary>
internal static class DevicePageEndpoint
{
    public const string CodeField = "user_code";

    public static async Task ShowAsync(Visit visit)
    {
        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            visit.ToLogin(OAuthPaths.DevicePage);
            return;
        }

        await WriteAsync(visit, person, StatusCodes.Status200OK, error: null);
    }

    public static async Task TypedAsync(Visit visit)
    {
        if (!await visit.IsOwnFormAsync())
        {
            return;
        }

        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            visit.ToLogin(OAuthPaths.DevicePage);
            return;
        }

        var form = await visit.ReadFormAsync();
        if (form is null || !await visit.HasFormTokenAsync())
        {
            await WriteAsync(visit, person, StatusCodes.Status400BadRequest, "This page had grown old. Type the code again.");
        }
        else if (!visit.Get<AddressLimits>().Guesses.Take(OAuthStores.IdOf(person.Person)))
        {
            await WriteAsync(visit, person, StatusCodes.Status429TooManyRequests, "Too many tries. Wait a minute, and look at the code again.");
        }
        else if (await FindAsync(visit, form[CodeField].ToString()) is not { } device)
        {
            await WriteAsync(visit, person, StatusCodes.Status200OK, "No device shows that code right now. Look at it again, or start again on the device.");
        }
        else if (await visit.SignIn.GoForAsync(visit.Context, new Errand(device.Value.Client, ImmutableDictionary<string, string>.Empty, device.Id).Write()))
        {
            await StepAsidePage.WriteAsync(
                visit, "Confirm that it is you", "The device is let in once your identity provider has confirmed who you are at this moment. You are being taken there.", "Continue");
        }
    }

    private static async ValueTask<Kept<DeviceRequest>?> FindAsync(Visit visit, string typed)
    {
        var stores = visit.Get<OAuthStores>();
        return UserCode.Read(typed) is { } code
            && await stores.UserCodes.ReadAsync(OAuthStores.Digest(code), visit.Aborted) is { } leads
            && await stores.Devices.ReadAsync(leads.Value.Device, visit.Aborted) is { Value: { Person: null, Denied: false } } device
            && visit.Get<TimeProvider>().GetUtcNow() < device.Value.Ends
                ? device
                : null;
    }

    private static Task WriteAsync(Visit visit, SignedInPerson person, int status, string? error) => visit.Pages.WriteAsync<DevicePage>(
        visit.Context, status, new DeviceView(new PageFrame($"{(error is null ? "" : "Error: ")}Let a device in", person.DisplayName, visit.FormToken()), error));
}
