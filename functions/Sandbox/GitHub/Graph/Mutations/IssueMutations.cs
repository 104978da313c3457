using CursorBroker.Sandbox.GitHub.Graph.Types;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Issues;

namespace CursorBroker.Sandbox.GitHub.Graph.Mutations;

/// <summary>Issues made and changed, and what hangs on them.</summary>
internal sealed class IssueMutations : IGraphTypes
{
    private const string Write = "issues=write";
    private const string Either = "issues=write; pull_requests=write";

    public void Add(GraphTable table) => table.Type<RootSource>("Mutation")
        .Mutation("createIssue", Write, CreateAsync)
        .Mutation("updateIssue", Write, static field => ChangeAsync(field, "id", issue => Updated(issue, field)))
        .Mutation("closeIssue", Write, static field => ChangeAsync(
            field, "issueId", issue => IssueRoutes.Closed(issue, "closed", field.Input.Text("stateReason")?.ToLowerInvariant(), issue.UpdatedAt)))
        .Mutation("reopenIssue", Write, static field => ChangeAsync(field, "issueId", static issue => IssueRoutes.Closed(issue, "open", null, issue.UpdatedAt)))
        .Mutation("addComment", Either, CommentAsync)
        .Mutation("addLabelsToLabelable", Either, static field => TouchAsync(field, "labelable", issue => issue with { Labels = [.. issue.Labels.Union(GraphMutations.Labels(field.Input, "labelIds"))] }))
        .Mutation("removeLabelsFromLabelable", Either, static field => TouchAsync(field, "labelable", issue => issue with { Labels = issue.Labels.RemoveRange(GraphMutations.Labels(field.Input, "labelIds")) }))
        .Mutation("addAssigneesToAssignable", Either, static field => TouchAsync(field, "assignable", issue => issue with { Assignees = [.. issue.Assignees.Union(GraphMutations.Logins(field.Input, "assigneeIds"))] }))
        .Mutation("removeAssigneesFromAssignable", Either, static field => TouchAsync(field, "assignable", issue => issue with { Assignees = issue.Assignees.RemoveRange(GraphMutations.Logins(field.Input, "assigneeIds")) }));

    private static IssueRecord Updated(IssueRecord issue, GraphField field)
    {
        var input = field.Input;
        return IssueRoutes.Closed(issue, input.Text("state")?.ToLowerInvariant(), null, issue.UpdatedAt) with
        {
            Title = input.Text("title") ?? issue.Title,
            Body = input.Text("body") ?? issue.Body,
            Labels = input.Has("labelIds") ? [.. GraphMutations.Labels(input, "labelIds")] : issue.Labels,
            Assignees = input.Has("assigneeIds") ? [.. GraphMutations.Logins(input, "assigneeIds")] : issue.Assignees,
            Milestone = GraphMutations.Milestone(input) ?? issue.Milestone,
        };
    }

    private static async Task<Dictionary<string, object?>> CreateAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RepositorySource>(field, "repositoryId").ConfigureAwait(false);
        var (input, records) = (field.Input, field.Call.Records(target.Repository));
        if (input.Text("title") is not { Length: > 0 } title)
        {
            throw GraphRefusal.Unprocessable("Title can't be blank");
        }

        var issue = records.AddIssue(number => new IssueRecord
        {
            Number = number,
            Title = title,
            Body = input.Text("body"),
            User = Accounts.Bot,
            CreatedAt = records.Now,
            UpdatedAt = records.Now,
            Labels = [.. GraphMutations.Labels(input, "labelIds")],
            Assignees = [.. GraphMutations.Logins(input, "assigneeIds")],
            Milestone = GraphMutations.Milestone(input),
        });
        return GraphMutations.Payload("issue", new IssueSource(target.Repository, issue));
    }

    private static async Task<Dictionary<string, object?>> ChangeAsync(GraphField field, string id, Func<IssueRecord, IssueRecord> change)
    {
        var target = await GraphNodes.FindAsync<IssueSource>(field, id).ConfigureAwait(false);
        var changed = field.Call.Records(target.Repository).ChangeIssue(target.Issue.Number, (old, now) => change(old with { UpdatedAt = now }));
        return GraphMutations.Payload("issue", new IssueSource(target.Repository, changed));
    }

    private static async Task<Dictionary<string, object?>> TouchAsync(GraphField field, string name, Func<IssueRecord, IssueRecord> change)
    {
        var target = await GraphNodes.FindAsync<RepositoryPart>(field, name + "Id").ConfigureAwait(false);
        var issue = Issue(target, field);
        return GraphMutations.Payload(name, IssueTypes.Source(target.Repository, field.Call.Records(target.Repository).ChangeIssue(issue.Number, (old, now) => change(old with { UpdatedAt = now }))));
    }

    private static async Task<Dictionary<string, object?>> CommentAsync(GraphField field)
    {
        var target = await GraphNodes.FindAsync<RepositoryPart>(field, "subjectId").ConfigureAwait(false);
        var issue = Issue(target, field);
        if (field.Input.Text("body") is not { Length: > 0 } text)
        {
            throw GraphRefusal.Unprocessable("Body can't be blank");
        }

        var (changed, comment) = CommentRoutes.Add(field.Call.Records(target.Repository), issue.Number, text);
        var payload = GraphMutations.Payload("subject", IssueTypes.Source(target.Repository, changed));
        payload["commentEdge"] = GraphMutations.Edge(new CommentSource(target.Repository, changed, comment));
        return payload;
    }

    private static IssueRecord Issue(RepositoryPart target, GraphField field)
    {
        var issue = target switch
        {
            IssueSource source => source.Issue,
            PullSource source => source.Issue,
            _ => throw GraphRefusal.NotFound("an issue or pull request"),
        };
        GraphMutations.RequireWrite(field, issue);
        return issue;
    }
}
