using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Milestones.</summary>
internal sealed class MilestoneRoutes : IRestGroup
{
    private const string MayRead = "issues=read; pull_requests=read";

    public void Add(RestTable table)
    {
        table.Get("milestones", MayRead, static call => Task.FromResult(List(call)));
        table.Get("milestones/{number:n}", MayRead, static call => Task.FromResult(
            call.Records.Milestones.ContainsKey(call.Index("number")) ? RestAnswer.Of(Json(call.Index("number"), call)) : RestAnswer.NotFound));
        table.Post("milestones", "issues=write; pull_requests=write", static call => Task.FromResult(Create(call)));
    }

    private static System.Text.Json.Nodes.JsonObject Json(int number, RestCall call) =>
        IssueJson.Milestone(number, call.Repository, call.Records, call.Links)!;

    private static RestAnswer List(RestCall call)
    {
        var state = call.Query("state") ?? "open";
        return RestAnswer.List(
            [.. call.Records.Milestones.Values.Where(one => state == "all" || (one.ClosedAt is null) == (state == "open")).Select(static one => one.Number)],
            number => Json(number, call));
    }

    private static RestAnswer Create(RestCall call)
    {
        var (title, description) = (call.Body.RequiredText("title"), call.Body.Text("description"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Milestones.Values.Any(one => one.Title == title))
        {
            return RestAnswer.Invalid("Milestone", "title", "already_exists");
        }

        var made = call.Records.AddMilestone(number => new MilestoneRecord(number, title, description, Accounts.Bot, call.Records.Now, null, null));
        return RestAnswer.Created(Json(made.Number, call), new Uri(call.Here.Api($"milestones/{made.Number}")));
    }
}
