using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pages;

/// <summary>A decision comes back from the provider: the only place where one is made.</summary>
internal sealed class Confirmation(PageWriter pages, ILogger<Confirmation> logger)
{
    /// <summary>Votes for who the provider says is there now, if that is who pressed the button.</summary>
    public async Task ConfirmAsync(HttpContext context, ConfirmedIntent confirmed, Caller caller)
    {
        var intent = Intent.Read(confirmed.Payload);
        if (!ApprovalId.TryParse(intent.Approval, out var id))
        {
            throw new InvalidOperationException("Protected state holds an id that is none.");
        }

        var link = new PageLink(ApprovalPaths.Of(id), "Back to the request");
        if (caller.Person != confirmed.Person)
        {
            logger.SomebodyElse(id.Value, confirmed.Person.ToString(), caller.Person.ToString());
            await pages.ProblemAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Somebody else signed in",
                "The decision was not counted: it was confirmed with another account than the one it was made with. Sign in again as yourself and decide once more.",
                link);
            return;
        }

        var desk = context.RequestServices.GetRequiredService<IApprovalDesk>();
        switch (await desk.VoteAsync(id, caller, intent.Verdict, intent.Reason, context.RequestAborted))
        {
            case null:
                await pages.NotFoundAsync(context);
                break;
            case ApprovalStep.Moved:
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                context.Response.Headers.Location = context.RequestServices.GetRequiredService<SignInOptions>().Address.Of(ApprovalPaths.Of(id));
                break;
            case ApprovalStep.Refused refused:
                await Refusals.WriteAsync(pages, context, refused, "Your decision was not counted", link);
                break;
        }
    }
}
