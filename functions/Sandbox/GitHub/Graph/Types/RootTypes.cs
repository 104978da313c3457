using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Search;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Where a query begins.</summary>
internal sealed class RootTypes : IGraphTypes
{
    public void Add(GraphTable table) => table.Type<RootSource>("Query")
        .Field("viewer", static _ => new AccountSource(Accounts.Bot, "User"))
        .Field("rateLimit", static (_, field) => Rate(field))
        .Field("repository", static (_, field) => field.Call.Repository(field.Arguments.Text("owner")!, field.Arguments.Text("name")!))
        .FieldAsync("node", async (_, field) => await GraphNodes.FindAsync(field.Call, field.Arguments.Text("id")!).ConfigureAwait(false))
        .FieldAsync("nodes", NodesAsync)
        .Field("user", static (_, field) => Accounts.IsMember(field.Arguments.Text("login")!)
            ? AccountSource.Of(field.Arguments.Text("login")!)
            : throw GraphRefusal.NotFound($"a User with the login of '{field.Arguments.Text("login")}'"))
        .Field("organization", static (_, field) => Organization(field))
        .Field("repositoryOwner", static (_, field) => Accounts.IsMember(field.Arguments.Text("login")!) ? AccountSource.Of(field.Arguments.Text("login")!) : Organization(field))
        .FieldAsync("search", SearchAsync);

    private static AccountSource Organization(GraphField field)
    {
        var login = field.Arguments.Text("login")!;
        var owner = field.Call.Services.Catalog.All.FirstOrDefault(one => string.Equals(one.Owner, login, StringComparison.OrdinalIgnoreCase));
        return owner is null ? throw GraphRefusal.NotFound($"an Organization with the login of '{login}'") : AccountSource.Organization(owner.Owner);
    }

    private static Dictionary<string, object?> Rate(GraphField field) => new(StringComparer.Ordinal)
    {
        ["limit"] = field.Call.Rate.Limit,
        ["cost"] = 1,
        ["remaining"] = (int)field.Call.Rate.Remaining,
        ["used"] = (int)field.Call.Rate.Used,
        ["resetAt"] = GitHubAnswer.Time(field.Call.Rate.Resets),
        ["nodeCount"] = 0,
    };

    private static async Task<object?> NodesAsync(RootSource root, GraphField field)
    {
        var found = new List<object?>();
        foreach (var id in field.Arguments.Texts("ids")!)
        {
            found.Add(await GraphNodes.FindAsync(field.Call, id).ConfigureAwait(false));
        }

        return found;
    }

    // Issues, pull requests and repositories; nothing else is to be found here.
    private static async Task<object?> SearchAsync(RootSource root, GraphField field)
    {
        var query = SearchQuery.Parse(field.Arguments.Text("query")!);
        if (query.Unknown is { } unknown)
        {
            throw GraphRefusal.Unprocessable($"The sandbox cannot search by '{unknown}'.");
        }

        var chosen = SearchScope.Choose(query, field.Call.Services.Catalog.All.Where(field.Call.Token.Opens)) ?? [];
        var isRepositories = field.Arguments.Text("type") == "REPOSITORY";
        IReadOnlyList<GraphSource> found = field.Arguments.Text("type") switch
        {
            "REPOSITORY" => [.. chosen.Where(one => SearchRoutes.IsMatch(one, query)).Select(static one => new RepositorySource(one))],
            "ISSUE" => [.. (await field.Call.Services.Issues.FindRecordsAsync(new SearchScope(query, chosen, field.Call.Token, field.Call.Links, field.Call.Cancelled)).ConfigureAwait(false))
                .Select(static one => IssueTypes.Source(one.Repository, one.Issue))],
            _ => [],
        };
        var page = GraphConnection.Of(field, found, static one => one, isRepositories ? "repositoryCount" : "issueCount");
        page.TryAdd("issueCount", 0);
        page.TryAdd("repositoryCount", 0);
        return page;
    }
}
