using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Who may be assigned, and who is.</summary>
internal sealed class AssigneeRoutes : IRestGroup
{
    private const string MayRead = "issues=read; pull_requests=read";
    private const string MayWrite = "issues=write; pull_requests=write";

    public void Add(RestTable table)
    {
        table.Get("assignees", MayRead, static call => Task.FromResult(RestAnswer.List(Accounts.Members, login => Accounts.Json(login, call.Links))));
        table.Get("assignees/{assignee}", MayRead, static call => Task.FromResult(Accounts.IsMember(call["assignee"]) ? RestAnswer.NoContent : RestAnswer.NotFound));
        table.Post("issues/{number:n}/assignees", MayWrite, static call => Task.FromResult(
            Change(call, static (old, names) => [.. old.Union(names.Where(Accounts.IsMember))], static body => RestAnswer.Created(body))));
        table.Delete("issues/{number:n}/assignees", MayWrite, static call => Task.FromResult(
            Change(call, static (old, names) => [.. old.Except(names)], static body => RestAnswer.Of(body))));
    }

    private static RestAnswer Change(
        RestCall call, Func<ImmutableArray<string>, IReadOnlyList<string>, ImmutableArray<string>> change, Func<System.Text.Json.Nodes.JsonObject, RestAnswer> answer)
    {
        var names = call.Body.Texts("assignees") ?? [];
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        return call.Records.Issue(call.Number("number")) is not { } issue ? RestAnswer.NotFound
            : !IssueRoutes.MayWrite(call, issue) ? RestAnswer.Forbidden
            : answer(IssueJson.Of(call.Records.ChangeIssue(issue.Number, old => old with { Assignees = change(old.Assignees, names), UpdatedAt = call.Records.Now }), call));
    }
}
