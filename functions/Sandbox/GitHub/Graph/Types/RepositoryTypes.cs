using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>The repository: what anybody who sees it sees, and the ways from it to everything else.</summary>
internal sealed class RepositoryTypes : IGraphTypes
{
    public void Add(GraphTable table)
    {
        var type = table.Type<RepositorySource>("Repository");
        Itself(type);
        Settings(type);
        Git(type);
        Issues(type);
    }

    private static RepositoryRecords Records(RepositorySource source, GraphField field) => field.Call.Records(source.Repository);

    private static RepositoryLinks Here(RepositorySource source, GraphField field) => field.Call.Links.To(source.Repository);

    private static void Itself(GraphType<RepositorySource> type) => type
        .Field("id", static source => NodeIds.Of("R", source.Repository.Id, source.Repository.Id))
        .Field("databaseId", static source => AccountTypes.Number(source.Repository.Id))
        .Field("name", static source => source.Repository.Name)
        .Field("nameWithOwner", static source => source.Repository.FullName)
        .Field("owner", static source => AccountSource.Organization(source.Repository.Owner))
        .Field("url", static (source, field) => Here(source, field).Page())
        .Field("resourcePath", static source => "/" + source.Repository.FullName)
        .Field("sshUrl", static (source, field) => $"git@{new Uri(Here(source, field).Page()).Host}:{source.Repository.FullName}.git")
        .Field("isPrivate", static source => !source.Repository.IsPublic)
        .Field("visibility", static source => source.Repository.IsPublic ? "PUBLIC" : "PRIVATE")
        .Field("createdAt", static source => GitHubAnswer.Time(new DateTimeOffset(Directory.GetCreationTimeUtc(source.Repository.Path))))
        .Field("pushedAt", static source => GitHubAnswer.Time(RepositoryJson.PushedAt(source.Repository)))
        .Field("updatedAt", static source => GitHubAnswer.Time(RepositoryJson.PushedAt(source.Repository)))
        .Field("openGraphImageUrl", static (source, field) => Here(source, field).Page("open-graph"))
        .Field("viewerPermission", static (source, field) =>
            source.Repository.IsPublic && !field.Call.Token.Opens(source.Repository) ? "READ" : field.Call.Token.Allows("contents", PermissionLevel.Write) ? "WRITE" : "READ")
        .Field("viewerCanAdminister", static (_, field) => field.Call.Token.Allows("administration", PermissionLevel.Write))
        .Constant(true, "isInOrganization", "mergeCommitAllowed", "squashMergeAllowed", "rebaseMergeAllowed", "isBlankIssuesEnabled")
        .Constant(
            false, "isFork", "isTemplate", "isMirror", "isDisabled", "isUserConfigurationRepository", "isSecurityPolicyEnabled", "usesCustomOpenGraphImage",
            "hasDiscussionsEnabled", "autoMergeAllowed", "deleteBranchOnMerge", "viewerHasStarred")
        .Constant(null, "mirrorUrl", "securityPolicyUrl", "parent", "templateRepository", "licenseInfo", "codeOfConduct", "viewerDefaultCommitEmail", "viewerPossibleCommitEmails", "primaryLanguage")
        .Constant(0, "forkCount", "stargazerCount", "diskUsage")
        .Constant("UNSUBSCRIBED", "viewerSubscription")
        .Constant("MERGE", "viewerDefaultMergeMethod")
        .Constant(Array.Empty<object>(), "issueTemplates", "pullRequestTemplates", "contactLinks", "fundingLinks")
        .Field("watchers", static (_, field) => GraphConnection.Of<object>(field, [], static one => one))
        .Field("assignableUsers", static (_, field) => Members(field))
        .Field("mentionableUsers", static (_, field) => Members(field));

    private static void Settings(GraphType<RepositorySource> type) => type
        .Field("description", static (source, field) => Records(source, field).Settings.Description)
        .Field("homepageUrl", static (source, field) => Records(source, field).Settings.Homepage)
        .Field("isArchived", static (source, field) => Records(source, field).Settings.IsArchived)
        .Field("hasIssuesEnabled", static (source, field) => Records(source, field).Settings.HasIssues)
        .Field("hasProjectsEnabled", static (source, field) => Records(source, field).Settings.HasProjects)
        .Field("hasWikiEnabled", static (source, field) => Records(source, field).Settings.HasWiki)
        .Field("repositoryTopics", static (source, field) => GraphConnection.Of(field, Records(source, field).Settings.Topics, topic => new Dictionary<string, object?>
        {
            ["id"] = NodeIds.Of("RT", source.Repository.Id, topic),
            ["url"] = field.Call.Links.Page("topics/" + topic),
            ["topic"] = new Dictionary<string, object?> { ["id"] = NodeIds.Of("TP", 0, topic), ["name"] = topic },
        }));

    private static void Git(GraphType<RepositorySource> type) => type
        .FieldAsync("isEmpty", static async (source, field) => (await field.Call.Services.Git.RefsAsync(source.Repository, "refs/heads/", field.Call.Cancelled).ConfigureAwait(false)).Count == 0)
        .FieldAsync("languages", static (source, field) => LanguageField.AnswerAsync(source.Repository, field))
        .FieldAsync("defaultBranchRef", static (source, field) => RefTypes.FindAsync(source.Repository, "refs/heads/" + RepositoryJson.DefaultBranch(source.Repository), field))
        .FieldAsync("ref", static (source, field) => RefTypes.NamedAsync(source.Repository, field.Arguments.Text("qualifiedName")!, field))
        .FieldAsync("refs", static (source, field) => RefTypes.ListAsync(source.Repository, field))
        .FieldAsync("object", static (source, field) => CommitTypes.ExpressionAsync(source.Repository, field))
        .Field("releases", static (source, field) => GraphConnection.Of(field, ReleaseTypes.Visible(source.Repository, field), one => new ReleaseSource(source.Repository, one)))
        .Field("latestRelease", static (source, field) => ReleaseTypes.Visible(source.Repository, field).FirstOrDefault(static one => one is { Draft: false, Prerelease: false }) is { } release ? new ReleaseSource(source.Repository, release) : null)
        .Field("release", static (source, field) => ReleaseTypes.Visible(source.Repository, field).FirstOrDefault(one => one.Tag == field.Arguments.Text("tagName")) is { } release ? new ReleaseSource(source.Repository, release) : null);

    private static void Issues(GraphType<RepositorySource> type) => type
        .FieldAsync("issue", static async (source, field) => await IssueTypes.FindAsync(source.Repository, field).ConfigureAwait(false) as IssueSource ?? throw IssueTypes.None("an Issue", field))
        .FieldAsync("pullRequest", static async (source, field) => await IssueTypes.FindAsync(source.Repository, field).ConfigureAwait(false) as PullSource ?? throw IssueTypes.None("a PullRequest", field))
        .FieldAsync("issueOrPullRequest", static async (source, field) => await IssueTypes.FindAsync(source.Repository, field).ConfigureAwait(false) ?? throw IssueTypes.None("an issue or pull request", field))
        .Field("issues", static (source, field) => IssueTypes.List(source.Repository, field))
        .FieldAsync("pullRequests", static (source, field) => PullTypes.ListAsync(source.Repository, field))
        .Field("labels", static (source, field) => GraphConnection.Of(
            field,
            [.. Records(source, field).Labels.Where(label => label.Name.Contains(field.Arguments.Text("query") ?? string.Empty, StringComparison.OrdinalIgnoreCase))],
            label => new LabelSource(source.Repository, label)))
        .Field("label", static (source, field) => Records(source, field).Label(field.Arguments.Text("name")!) is { } label ? new LabelSource(source.Repository, label) : null)
        .Field("milestones", static (source, field) => GraphConnection.Of(
            field,
            [.. Records(source, field).Milestones.Values.Where(one => field.Arguments.Texts("states")?.Contains(one.ClosedAt is null ? "OPEN" : "CLOSED") != false)],
            one => new MilestoneSource(source.Repository, one)))
        .Field("milestone", static (source, field) => Records(source, field).Milestones.TryGetValue(field.Arguments.Number("number") ?? 0, out var found) ? new MilestoneSource(source.Repository, found) : null);

    private static Dictionary<string, object?> Members(GraphField field) => GraphConnection.Of(
        field,
        [.. Accounts.Members.Where(login => login.Contains(field.Arguments.Text("query") ?? string.Empty, StringComparison.OrdinalIgnoreCase))],
        AccountSource.Of);
}
