using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.SignIn.Server.Consent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Pages;

/// <summary>What people read when a sign-in does not succeed, and what happens when one was taken to confirm a decision.</summary>
internal sealed class SignInAnswers(PageWriter pages, Confirmation confirmation) : ISignInFollower
{
    public Task FailedAsync(HttpContext context, SignInProblem problem)
    {
        var (status, heading, text) = problem switch
        {
            SignInProblem.Declined => (StatusCodes.Status403Forbidden, "You did not sign in", "The identity provider says that the sign-in was declined. Nothing was changed."),
            SignInProblem.ProviderUnavailable => (StatusCodes.Status503ServiceUnavailable, "Nobody can sign in right now", "The identity provider cannot be reached, or does not answer as it should. Nothing was changed; try again in a little while."),
            SignInProblem.NotAccepted => (StatusCodes.Status403Forbidden, "This account is not accepted", "The identity provider knows you, but the broker's policy does not accept what it says. Nothing was changed; whoever runs the broker finds the reason in its log."),
            SignInProblem.NotAPerson => (StatusCodes.Status403Forbidden, "Only people sign in here", "This account stands for a workload. Nothing was changed."),
            _ => (StatusCodes.Status400BadRequest, "That sign-in is over", "It took too long, was used already, or was started in another browser. Nothing was changed by opening this page; go back and start again."),
        };
        return pages.ProblemAsync(context, status, heading, text, PageLink.Inbox);
    }

    public Task ArrivedAsync(HttpContext context, string errand, Caller caller, string? refresh) =>
        context.RequestServices.GetRequiredService<ConsentArrival>().ArriveAsync(context, errand, caller, refresh);

    public Task ConfirmedAsync(HttpContext context, ConfirmedIntent intent, Caller caller) => confirmation.ConfirmAsync(context, intent, caller);
}
