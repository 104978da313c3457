using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pages.Views;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>One approval: shown, decided on, taken back.</summary>
internal static class ApprovalEndpoint
{
    public static async Task ShowAsync(Visit visit)
    {
        if (await FindAsync(visit) is var (person, approval))
        {
            await WriteAsync(visit, person, approval, StatusCodes.Status200OK, typed: "", error: null);
        }
    }

    /// <summary>Takes a decision as far as the door of the identity provider: what it brings back is what counts.</summary>
    public static async Task DecideAsync(Visit visit)
    {
        if (!await visit.IsOwnFormAsync() || await FindAsync(visit) is not var (person, approval))
        {
            return;
        }

        var form = await visit.ReadFormAsync();
        var reason = (form?["reason"].ToString() ?? "").ReplaceLineEndings("\n").Trim();
        var verdict = form?["verdict"].ToString() switch { "approve" => ApprovalVerdict.Approve, "deny" => ApprovalVerdict.Deny, _ => (ApprovalVerdict?)null };
        if (form is null || verdict is not { } decided)
        {
            await AgainAsync("Choose to approve or to deny. Nothing was decided.");
        }
        else if (!await visit.HasFormTokenAsync())
        {
            await AgainAsync("This page had grown old. Nothing was decided; look again and repeat your decision.");
        }
        else if (reason.Length > ApprovalVote.MaxReason)
        {
            await AgainAsync($"The reason is too long: {reason.Length} characters, and {ApprovalVote.MaxReason} fit. Nothing was decided.", StatusCodes.Status200OK);
        }
        else if (decided == ApprovalVerdict.Deny && reason.Length == 0)
        {
            await AgainAsync("To deny, say why: the person who asked reads it. Nothing was decided.", StatusCodes.Status200OK);
        }
        else
        {
            var intent = new ConfirmedIntent(person.Person, new Intent(approval.Id.Value, decided, reason).Write());
            if (await visit.SignIn.GoAsync(visit.Context, ApprovalPaths.Of(approval.Id), intent))
            {
                await StepAsideAsync(visit, person);
            }
        }

        // What a person can get wrong is an ordinary answer; what no page of ours sends is a bad request.
        Task AgainAsync(string error, int status = StatusCodes.Status400BadRequest) => WriteAsync(visit, person, approval, status, reason, error);
    }

    /// <summary>Takes the requester's own request back.</summary>
    public static async Task CancelAsync(Visit visit)
    {
        if (!await visit.IsOwnFormAsync() || await FindAsync(visit) is not var (person, approval))
        {
            return;
        }

        if (await visit.ReadFormAsync() is null || !await visit.HasFormTokenAsync())
        {
            await WriteAsync(visit, person, approval, StatusCodes.Status400BadRequest, typed: "", "This page had grown old. Nothing was changed; try again.");
            return;
        }

        switch (await visit.Get<IApprovalDesk>().CancelAsync(approval.Id, person.ToCaller(visit.Options.ClientId), visit.Aborted))
        {
            case null:
                await visit.Pages.NotFoundAsync(visit.Context);
                break;
            case ApprovalStep.Moved:
                visit.To(ApprovalPaths.Of(approval.Id));
                break;
            case ApprovalStep.Refused refused:
                await Refusals.WriteAsync(visit.Pages, visit.Context, refused, "It was not taken back", new PageLink(ApprovalPaths.Of(approval.Id), "Back to the request"));
                break;
        }
    }

    /// <summary>Who asks for which approval; null, and the answer is written, when nobody is signed in or it is not theirs to see.</summary>
    private static async ValueTask<(SignedInPerson Person, Approval Approval)?> FindAsync(Visit visit)
    {
        var segments = visit.Context.Request.Path.Value!.Split('/');
        var isId = ApprovalId.TryParse(segments[2], out var id);
        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            visit.ToLogin($"/{ApprovalLinks.Segment}/{segments[2]}");
            return null;
        }

        var approval = isId ? await visit.Get<IApprovalDesk>().FindAsync(id!, visit.Aborted) : null;
        if (approval is not null && Visibility.Sees(person, approval, visit.Get<IPolicySource>().Current, visit.Options))
        {
            return (person, approval);
        }

        await visit.Pages.NotFoundAsync(visit.Context);
        return null;
    }

    private static async Task WriteAsync(Visit visit, SignedInPerson person, Approval approval, int status, string typed, string? error)
    {
        var isMine = approval.Requester.Person == person.Person;
        var snapshot = await visit.Get<IApprovalDesk>().ReadSnapshotAsync(approval, visit.Aborted);
        await visit.Pages.WriteAsync<ApprovalPage>(visit.Context, status, new ApprovalView
        {
            Frame = new PageFrame($"{(error is null ? "" : "Error: ")}{UnseenText.Line(approval.Target)}", person.DisplayName, visit.FormToken()),
            Now = visit.Get<TimeProvider>().GetUtcNow(),
            Approval = approval,
            Snapshot = isMine ? snapshot?.ForRequester() : snapshot,
            Notices = await visit.Get<INoticeBoard>().ReadAsync(approval.Id, visit.Aborted),
            IsMine = isMine,
            MayDecide = Visibility.WaitsFor(person, approval),
            Typed = typed,
            Error = error,
        });
    }

    /// <summary>
    /// The redirect as a page that moves on by itself: browsers hold a form's redirects, all along the provider's own ones, to <c>form-action</c>, which
    /// would have to name every host that a provider may pass people to.
    /// </summary>
    private static Task StepAsideAsync(Visit visit, SignedInPerson person)
    {
        var target = visit.Context.Response.Headers.Location.ToString();
        visit.Context.Response.Headers.Remove("Location");
        return visit.Pages.WriteAsync<ConfirmPage>(
            visit.Context, StatusCodes.Status200OK, new ConfirmView(new PageFrame("Confirm your decision", person.DisplayName, null), target));
    }
}
