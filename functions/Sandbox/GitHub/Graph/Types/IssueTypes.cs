using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Issues;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Issues, with what they share with pull requests, and comments, labels, milestones.</summary>
internal sealed class IssueTypes : IGraphTypes
{
    private const string Either = "issues=read; pull_requests=read";

    public void Add(GraphTable table)
    {
        Shared(table.Type<IssueSource>("Issue", "issues=read"), static source => source.Issue)
            .Field("state", static source => source.Issue.IsOpen ? "OPEN" : "CLOSED")
            .Field("stateReason", static source => source.Issue.StateReason?.ToUpperInvariant())
            .Constant(false, "isPinned")
            .Field("linkedBranches", static (_, field) => GraphConnection.Of<object>(field, [], static one => one));
        Labels(table);
        table.Type<CommentSource>("IssueComment")
            .Field("id", static source => NodeIds.Of("IC", source.Repository.Id, source.Comment.Id))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("databaseId", static source => AccountTypes.Number(source.Comment.Id))
            .Field("author", static source => AccountSource.Of(source.Comment.User))
            .Field("authorAssociation", static source => IssueJson.Association(source.Comment.User))
            .Field("body", static source => source.Comment.Body)
            .Field("bodyText", static source => source.Comment.Body)
            .Field("createdAt", static source => GitHubAnswer.Time(source.Comment.CreatedAt))
            .Field("updatedAt", static source => GitHubAnswer.Time(source.Comment.UpdatedAt))
            .Field("includesCreatedEdit", static source => source.Comment.UpdatedAt > source.Comment.CreatedAt)
            .Field("url", static (source, field) => $"{Page(source.Repository, source.Issue, field)}#issuecomment-{source.Comment.Id}")
            .Field("viewerDidAuthor", static source => source.Comment.User == Accounts.Bot)
            .Constant(false, "isMinimized")
            .Constant(null, "minimizedReason")
            .Constant(Array.Empty<object>(), "reactionGroups");
    }

    /// <summary>An issue or a pull request, whichever it is.</summary>
    public static RepositoryPart Source(SandboxRepository repository, IssueRecord issue) =>
        issue.Pull is null ? new IssueSource(repository, issue) : new PullSource(repository, issue);

    public static async Task<RepositoryPart?> FindAsync(SandboxRepository repository, GraphField field)
    {
        var records = field.Call.Records(repository);
        return records.Issue(field.Arguments.Number("number") ?? 0) is { } issue
            ? Source(repository, await field.Call.Services.Pulls.RefreshAsync(repository, records, issue, field.Call.Cancelled).ConfigureAwait(false))
            : null;
    }

    public static GraphRefusal None(string what, GraphField field) => GraphRefusal.NotFound($"{what} with the number of {field.Arguments.Number("number")}");

    public static object List(SandboxRepository repository, GraphField field)
    {
        var (states, labels, filter) = (field.Arguments.Texts("states"), field.Arguments.Texts("labels"), field.Arguments.Part("filterBy"));
        states ??= filter?.Texts("states");
        labels ??= filter?.Texts("labels");
        var found = field.Call.Records(repository).Issues.Values.Where(issue =>
            issue.Pull is null
            && states?.Contains(issue.IsOpen ? "OPEN" : "CLOSED") != false
            && (labels is null || labels.Any(label => issue.Labels.Contains(label, StringComparer.OrdinalIgnoreCase)))
            && (filter?.Text("assignee") is not { } assignee || assignee == "*" || issue.Assignees.Contains(assignee))
            && (!DateTimeOffset.TryParse(filter?.Text("since"), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var since) || issue.UpdatedAt >= since)
            && (filter?.Text("createdBy") is not { } author || issue.User == author)
            && (filter?.Text("mentioned") is not { } mentioned || (issue.Body ?? string.Empty).Contains("@" + (mentioned == Accounts.Bot ? SandboxGitHub.AppSlug : mentioned), StringComparison.OrdinalIgnoreCase))
            && (filter?.Text("milestoneNumber") is not { } milestone || issue.Milestone?.ToString(System.Globalization.CultureInfo.InvariantCulture) == milestone));
        return GraphConnection.Of(field, Ordered(found, field), issue => new IssueSource(repository, issue));
    }

    /// <summary>In the order asked for; by number otherwise.</summary>
    public static List<IssueRecord> Ordered(IEnumerable<IssueRecord> issues, GraphField field)
    {
        var order = field.Arguments.Part("orderBy");
        var sorted = order?.Text("field") switch
        {
            "UPDATED_AT" => issues.OrderBy(static issue => issue.UpdatedAt).ThenBy(static issue => issue.Number),
            "COMMENTS" => issues.OrderBy(static issue => issue.Comments.Length).ThenBy(static issue => issue.Number),
            _ => issues.OrderBy(static issue => issue.CreatedAt).ThenBy(static issue => issue.Number),
        };
        return [.. order?.Text("direction") == "DESC" ? sorted.Reverse() : sorted];
    }

    public static string Page(SandboxRepository repository, IssueRecord issue, GraphField field) =>
        field.Call.Links.To(repository).Page($"{(issue.Pull is null ? "issues" : "pull")}/{issue.Number}");

    /// <summary>What issues and pull requests have in common.</summary>
    public static GraphType<T> Shared<T>(GraphType<T> type, Func<T, IssueRecord> of)
        where T : RepositoryPart => type
        .Field("id", source => IssueJson.NodeId(of(source), source.Repository))
        .Field("databaseId", source => AccountTypes.Number(StableId.Of($"{source.Repository.Id}/{(of(source).Pull is null ? "issue" : "pull")}/{of(source).Number}")))
        .Field("number", source => of(source).Number)
        .Field("title", source => of(source).Title)
        .Field("body", source => of(source).Body ?? string.Empty)
        .Field("bodyText", source => of(source).Body ?? string.Empty)
        .Field("url", (source, field) => Page(source.Repository, of(source), field))
        .Field("resourcePath", source => $"/{source.Repository.FullName}/{(of(source).Pull is null ? "issues" : "pull")}/{of(source).Number}")
        .Field("closed", source => !of(source).IsOpen)
        .Field("closedAt", source => IssueJson.Time(of(source).ClosedAt))
        .Field("createdAt", source => GitHubAnswer.Time(of(source).CreatedAt))
        .Field("updatedAt", source => GitHubAnswer.Time(of(source).UpdatedAt))
        .Field("author", source => AccountSource.Of(of(source).User))
        .Field("authorAssociation", source => IssueJson.Association(of(source).User))
        .Field("locked", source => of(source).Locked)
        .Constant(null, "activeLockReason")
        .Constant(Array.Empty<object>(), "reactionGroups")
        .Field("assignees", (source, field) => GraphConnection.Of(field, of(source).Assignees, AccountSource.Of))
        .Field("participants", (source, field) => GraphConnection.Of(field, [.. of(source).Comments.Select(static one => one.User).Prepend(of(source).User).Distinct()], static login => new AccountSource(login, "User")))
        .Field("labels", (source, field) => GraphConnection.Of(
            field,
            [.. of(source).Labels.Select(field.Call.Records(source.Repository).Label).OfType<LabelRecord>()],
            label => new LabelSource(source.Repository, label)))
        .Field("milestone", (source, field) => field.Call.Records(source.Repository).Milestones.TryGetValue(of(source).Milestone ?? 0, out var found) ? new MilestoneSource(source.Repository, found) : null)
        .Field("comments", (source, field) => GraphConnection.Of(field, of(source).Comments, comment => new CommentSource(source.Repository, of(source), comment)))
        .Field("repository", static source => new RepositorySource(source.Repository))
        .Field("viewerDidAuthor", source => of(source).User == Accounts.Bot)
        .Field("viewerCanUpdate", (source, field) => field.Call.Token.Allows(of(source).Pull is null ? "issues" : "pull_requests", App.PermissionLevel.Write))
        .Field("projectCards", static (_, field) => GraphConnection.Of<object>(field, [], static one => one))
        .Field("projectItems", static (_, field) => GraphConnection.Of<object>(field, [], static one => one));

    private static void Labels(GraphTable table)
    {
        table.Type<LabelSource>("Label", Either)
            .Field("id", static source => NodeIds.Of("LA", source.Repository.Id, source.Label.Name))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("name", static source => source.Label.Name)
            .Field("color", static source => source.Label.Color)
            .Field("description", static source => source.Label.Description)
            .Field("isDefault", static source => source.Label.IsDefault)
            .Field("url", static (source, field) => field.Call.Links.To(source.Repository).Page("labels/" + Uri.EscapeDataString(source.Label.Name)))
            .Constant(null, "createdAt", "updatedAt");
        table.Type<MilestoneSource>("Milestone", Either)
            .Field("id", static source => NodeIds.Of("MI", source.Repository.Id, source.Milestone.Number))
            .Field("repository", static source => new RepositorySource(source.Repository))
            .Field("number", static source => source.Milestone.Number)
            .Field("title", static source => source.Milestone.Title)
            .Field("description", static source => source.Milestone.Description)
            .Field("state", static source => source.Milestone.ClosedAt is null ? "OPEN" : "CLOSED")
            .Field("closed", static source => source.Milestone.ClosedAt is not null)
            .Field("closedAt", static source => IssueJson.Time(source.Milestone.ClosedAt))
            .Field("createdAt", static source => GitHubAnswer.Time(source.Milestone.CreatedAt))
            .Field("updatedAt", static source => GitHubAnswer.Time(source.Milestone.CreatedAt))
            .Field("dueOn", static source => IssueJson.Time(source.Milestone.DueOn))
            .Field("creator", static source => AccountSource.Of(source.Milestone.Creator))
            .Field("url", static (source, field) => field.Call.Links.To(source.Repository).Page($"milestone/{source.Milestone.Number}"));
    }
}
