namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Issues that are parts of another one.</summary>
internal sealed class SubIssueRoutes : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("issues/{number:n}/sub_issues", "issues=read", static call => Task.FromResult(
            call.Records.Issue(call.Number("number")) is { } issue
                ? RestAnswer.List([.. call.Records.Issues.Values.Where(one => one.Parent == issue.Number)], one => IssueJson.Of(one, call))
                : RestAnswer.NotFound));
        table.Get("issues/{number:n}/parent", "issues=read", static call => Task.FromResult(
            call.Records.Issue(call.Number("number"))?.Parent is { } parent && call.Records.Issue(parent) is { } found ? RestAnswer.Of(IssueJson.Of(found, call)) : RestAnswer.NotFound));
        table.Post("issues/{number:n}/sub_issues", "issues=write", static call => Task.FromResult(Add(call)));
    }

    private static RestAnswer Add(RestCall call)
    {
        var id = call.Body.Number("sub_issue_id");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (call.Records.Issues.Values.FirstOrDefault(one => StableId.Of($"{call.Repository.Id}/issue/{one.Number}") == id) is not { } part)
        {
            return RestAnswer.NotFound;
        }

        if (part.Parent is not null || part.Number == issue.Number)
        {
            return RestAnswer.Unprocessable("An error occurred while adding the sub-issue to the parent issue. Sub-issue may only have one parent");
        }

        call.Records.ChangeIssue(part.Number, old => old with { Parent = issue.Number });
        return RestAnswer.Created(IssueJson.Of(issue, call), new Uri(call.Here.Api($"issues/{issue.Number}")));
    }
}
