using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;

namespace CursorBroker.Sandbox.GitHub.Rest.Pulls;

/// <summary>Reviews of a pull request, and who is asked for one.</summary>
internal sealed class ReviewRoutes(PullState state) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("pulls/{number:n}/reviews", "pull_requests=read", call => WithAsync(call, issue =>
            RestAnswer.List(issue.Pull!.Reviews, review => PullJson.Review(review, issue, call))));
        table.Get("pulls/{number:n}/reviews/{id:n}", "pull_requests=read", call => WithAsync(call, issue =>
            issue.Pull!.Reviews.FirstOrDefault(review => review.Id == call.Number("id")) is { } found ? RestAnswer.Of(PullJson.Review(found, issue, call)) : RestAnswer.NotFound));
        table.Post("pulls/{number:n}/reviews", "pull_requests=write", call => WithAsync(call, issue => Create(issue, call)));
        table.Post("pulls/{number:n}/reviews/{id:n}/events", "pull_requests=write", call => WithReviewAsync(call, Submit));
        table.Delete("pulls/{number:n}/reviews/{id:n}", "pull_requests=write", call => WithReviewAsync(call, static (issue, review, call) =>
        {
            if (review.State != "PENDING")
            {
                return RestAnswer.Unprocessable("Can not delete a non-pending pull request review");
            }

            Change(issue, call, pull => pull with { Reviews = pull.Reviews.Remove(review) });
            return RestAnswer.Of(PullJson.Review(review, issue, call));
        }));
        table.Get("pulls/{number:n}/requested_reviewers", "pull_requests=read", call => WithAsync(call, issue => RestAnswer.Of(new JsonObject
        {
            ["users"] = IssueJson.People(issue.Pull!.Reviewers, call.Links),
            ["teams"] = new JsonArray(),
        })));
        table.Post("pulls/{number:n}/requested_reviewers", "pull_requests=write", call => WithAsync(call, issue => Ask(issue, call)));
        table.Delete("pulls/{number:n}/requested_reviewers", "pull_requests=write", call => WithAsync(call, issue => Unask(issue, call)));
    }

    private async Task<RestAnswer> WithAsync(RestCall call, Func<IssueRecord, RestAnswer> answer) =>
        await state.FindAsync(call).ConfigureAwait(false) is { } issue ? answer(issue) : RestAnswer.NotFound;

    private Task<RestAnswer> WithReviewAsync(RestCall call, Func<IssueRecord, ReviewRecord, RestCall, RestAnswer> answer) => WithAsync(call, issue =>
        issue.Pull!.Reviews.FirstOrDefault(review => review.Id == call.Number("id")) is { } found ? answer(issue, found, call) : RestAnswer.NotFound);

    private static IssueRecord Change(IssueRecord issue, RestCall call, Func<PullRecord, PullRecord> change) =>
        call.Records.ChangeIssue(issue.Number, (old, now) => old with { UpdatedAt = now, Pull = change(old.Pull!) });

    private static RestAnswer Submit(IssueRecord issue, ReviewRecord review, RestCall call)
    {
        var (text, verdict) = (call.Body.Text("body") ?? review.Body, call.Body.RequiredText("event"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (Refused(issue, verdict, text, out var status) is { } wrong)
        {
            return wrong;
        }

        if (review.State != "PENDING")
        {
            return RestAnswer.Unprocessable("Could not submit a review that is not pending.");
        }

        var submitted = review with { Body = text, State = status, SubmittedAt = call.Records.Now };
        return RestAnswer.Of(PullJson.Review(submitted, Change(issue, call, pull => pull with { Reviews = pull.Reviews.Replace(review, submitted) }), call));
    }

    // What GitHub says to a verdict that cannot be; null when it can.
    private static RestAnswer? Refused(IssueRecord issue, string? verdict, string text, out string status)
    {
        status = verdict switch { null => "PENDING", "COMMENT" => "COMMENTED", "APPROVE" => "APPROVED", "REQUEST_CHANGES" => "CHANGES_REQUESTED", _ => string.Empty };
        return status.Length == 0 ? RestAnswer.Unprocessable($"Invalid request.\n\n{verdict} is not a member of [\"APPROVE\", \"REQUEST_CHANGES\", \"COMMENT\"].")
            : text.Length == 0 && status is "COMMENTED" or "CHANGES_REQUESTED" ? RestAnswer.Unprocessable("Body can't be blank")
            : status is "APPROVED" or "CHANGES_REQUESTED" && issue.User == Accounts.Bot ? RestAnswer.Unprocessable($"Can not {(status == "APPROVED" ? "approve" : "request changes on")} your own pull request")
            : null;
    }

    private static RestAnswer Create(IssueRecord issue, RestCall call)
    {
        var (text, verdict, commit) = (call.Body.Text("body") ?? string.Empty, call.Body.Text("event"), call.Body.Text("commit_id"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (Refused(issue, verdict, text, out var status) is { } wrong)
        {
            return wrong;
        }

        if (status == "PENDING" && issue.Pull!.Reviews.Any(static one => one is { State: "PENDING", User: Accounts.Bot }))
        {
            return RestAnswer.Unprocessable("User can only have one pending review per pull request");
        }

        var review = new ReviewRecord(call.Records.NextId("review"), Accounts.Bot, text, status, commit ?? issue.Pull!.HeadSha, status == "PENDING" ? null : call.Records.Now);
        return RestAnswer.Of(PullJson.Review(review, Change(issue, call, pull => pull with { Reviews = pull.Reviews.Add(review) }), call));
    }

    private static RestAnswer Ask(IssueRecord issue, RestCall call)
    {
        var names = call.Body.Texts("reviewers") ?? [];
        return call.Body.Refusal ?? (names.All(Accounts.IsMember)
            ? RestAnswer.Created(PullJson.Of(
                call.Records.ChangeIssue(issue.Number, old => old with { Pull = old.Pull! with { Reviewers = [.. old.Pull.Reviewers.Union(names)] } }), call))
            : RestAnswer.Unprocessable("Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator."));
    }

    private static RestAnswer Unask(IssueRecord issue, RestCall call)
    {
        var names = call.Body.Texts("reviewers") ?? [];
        return call.Body.Refusal ?? RestAnswer.Of(PullJson.Of(
            call.Records.ChangeIssue(issue.Number, old => old with { Pull = old.Pull! with { Reviewers = [.. old.Pull.Reviewers.Except(names)] } }), call));
    }
}
