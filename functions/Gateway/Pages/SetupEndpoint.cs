using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Pages.Views;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Pages;

/// <summary>The first page: what this is, and for who is signed in how to use it, what they may do with it and what they did.</summary>
internal static class SetupEndpoint
{
    private const int MostApprovals = 5;
    private const string EveryOwner = "*";

    public static async Task ShowAsync(Visit visit)
    {
        if (!HttpMethods.IsGet(visit.Context.Request.Method) && !HttpMethods.IsHead(visit.Context.Request.Method))
        {
            await visit.Pages.NotFoundAsync(visit.Context);
            return;
        }

        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            await visit.Pages.WriteAsync<WelcomePage>(
                visit.Context, StatusCodes.Status200OK, new WelcomeView(new PageFrame("Cursor, with your company's rules", null, null), SignInEndpoints.LoginFor(LocalPath.Root)));
            return;
        }

        var (waiting, mine) = await PendingAsync(visit, person);
        var (origin, reach) = (visit.Options.Address.Origin, ReachOf(visit, person));
        await visit.Pages.WriteAsync<SetupPage>(visit.Context, StatusCodes.Status200OK, new SetupView
        {
            Frame = new PageFrame("Set up Cursor", person.DisplayName, visit.FormToken()),
            Now = visit.Get<TimeProvider>().GetUtcNow(),
            Cursor = CursorLinks.To(origin),
            Git = SetupLines.Git(origin, UpstreamHost(visit), reach?.Owners ?? []),
            GitPattern = SetupLines.Git(origin, UpstreamHost(visit), ["OWNER"]),
            CredentialManager = SetupLines.CredentialManager(origin),
            Gh = SetupLines.Gh(visit.Options.Address.Uri),
            Groups = [.. person.Groups.Order(StringComparer.OrdinalIgnoreCase)],
            Reach = reach,
            Waiting = waiting,
            Mine = mine,
            Sessions = await visit.Get<PersonSessions>().ListAsync(person.Person, visit.Aborted),
        });
    }

    /// <summary>Makes the person's hook key and shows it, once, in the lines that put it where it belongs.</summary>
    public static async Task MakeKeyAsync(Visit visit)
    {
        if (!HttpMethods.IsPost(visit.Context.Request.Method))
        {
            visit.To(LocalPath.Root);
            return;
        }

        if (!await visit.IsOwnFormAsync())
        {
            return;
        }

        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            visit.ToLogin(LocalPath.Root);
            return;
        }

        if (await visit.ReadFormAsync() is null || !await visit.HasFormTokenAsync())
        {
            await visit.Pages.ProblemAsync(
                visit.Context, StatusCodes.Status400BadRequest, "No key was made", "The page you came from had grown old. Go back, load it again and repeat.", PageLink.Setup);
            return;
        }

        var key = await visit.Get<HookKeys>().MakeAsync(person.Person, visit.Aborted);
        var owners = ReachOf(visit, person) is { HasOwnersByPattern: false, Owners: { IsEmpty: false } named } ? string.Join(',', named) : EveryOwner;
        var origin = visit.Options.Address.Origin;
        await visit.Pages.WriteAsync<HookKeyPage>(visit.Context, StatusCodes.Status200OK, new HookKeyView(
            new PageFrame("Your hook key", person.DisplayName, visit.FormToken()),
            SetupLines.Hooks(origin, key, owners),
            SetupLines.WindowsHooks(origin, key, owners),
            visit.Get<TimeProvider>().GetUtcNow() + HookKeys.Lifetime));
    }

    private static PolicyReach? ReachOf(Visit visit, SignedInPerson person) => visit.Get<IPolicySource>().Current?.ReachOf(person.ToCaller(visit.Options.ClientId));

    private static async ValueTask<(ImmutableArray<Approval> Waiting, ImmutableArray<Approval> Mine)> PendingAsync(Visit visit, SignedInPerson person)
    {
        var (waiting, mine) = (ImmutableArray.CreateBuilder<Approval>(), ImmutableArray.CreateBuilder<Approval>());
        await foreach (var approval in visit.Get<IApprovalDesk>().ListAsync(visit.Aborted))
        {
            if (Visibility.WaitsFor(person, approval))
            {
                waiting.Add(approval);
            }
            else if (approval.Requester.Person == person.Person && approval.Status == ApprovalStatus.Pending)
            {
                mine.Add(approval);
            }
        }

        return ([.. waiting.Take(MostApprovals)], [.. mine.Take(MostApprovals)]);
    }

    /// <summary>The host that people's repositories are at: the upstream's own, unless that is a stand-in on this machine.</summary>
    private static string UpstreamHost(Visit visit) =>
        visit.Context.RequestServices.GetService<UpstreamOptions>()?.Git is { IsLoopback: false } git ? git.Host : "github.com";
}
