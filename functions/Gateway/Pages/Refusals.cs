using CursorBroker.Core.Approvals;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>What people read when the desk says no.</summary>
internal static class Refusals
{
    public static Task WriteAsync(PageWriter pages, HttpContext context, ApprovalStep.Refused refused, string heading, PageLink link)
    {
        var (status, text) = refused.Reason switch
        {
            ApprovalRefusal.OwnRequest => (StatusCodes.Status403Forbidden, "This is your own request, and nobody decides their own."),
            ApprovalRefusal.NotAnApprover => (StatusCodes.Status403Forbidden, "By the sign-in of this moment you are in none of the groups that decide on it."),
            ApprovalRefusal.NotAPerson => (StatusCodes.Status403Forbidden, "Only people decide."),
            ApprovalRefusal.NotTheRequester => (StatusCodes.Status403Forbidden, "Only who made a request can take it back."),
            ApprovalRefusal.AlreadyVoted => (StatusCodes.Status409Conflict, "You have decided on it already, and that stands."),
            ApprovalRefusal.NotPending => (StatusCodes.Status409Conflict, "It does not wait for a decision any more."),
            ApprovalRefusal.ReasonMissing => (StatusCodes.Status400BadRequest, "A deny needs a reason."),
            _ => (StatusCodes.Status409Conflict, refused.Detail),
        };
        return pages.ProblemAsync(context, status, heading, text, link);
    }
}
