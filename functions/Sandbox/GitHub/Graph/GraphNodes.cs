using System.Globalization;
using CursorBroker.Sandbox.GitHub.Graph.Types;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>Finds what a node id names, as far as the token sees its repository.</summary>
internal static class GraphNodes
{
    /// <exception cref="GraphRefusal">It names nothing that the token sees.</exception>
    public static async Task<GraphSource> FindAsync(GraphCall call, string id)
    {
        var found = NodeIds.Read(id) is var (prefix, repository, key)
            ? repository == 0 ? Account(prefix, key) : call.Repository(repository) is { } seen ? await PartAsync(call, seen.Repository, prefix, key).ConfigureAwait(false) : null
            : null;
        return found ?? throw GraphRefusal.NotFound($"a node with the global id of '{id}'");
    }

    /// <summary>The same, for a mutation's input, when it has to be of one kind.</summary>
    /// <exception cref="GraphRefusal">It names nothing of that kind that the token sees.</exception>
    public static async Task<T> FindAsync<T>(GraphField field, string argument)
        where T : GraphSource
    {
        var id = field.Input.Text(argument) ?? throw GraphRefusal.Unprocessable($"Argument '{argument}' is required.");
        var found = await FindAsync(field.Call, id).ConfigureAwait(false) as T ?? throw GraphRefusal.NotFound($"a node with the global id of '{id}'");
        return Written(field.Call, found);
    }

    /// <summary>A thing that is about to be changed.</summary>
    /// <exception cref="GraphRefusal">The token is for another repository: everyone sees this one, and may not write it.</exception>
    public static T Written<T>(GraphCall call, T found)
        where T : GraphSource => found is RepositoryPart part && !call.Token.Opens(part.Repository) ? throw GraphRefusal.Forbidden() : found;

    private static AccountSource? Account(string prefix, string key) => prefix switch
    {
        "U" or "BOT" => AccountSource.Of(key),
        "O" => AccountSource.Organization(key),
        _ => null,
    };

    private static async Task<GraphSource?> PartAsync(GraphCall call, SandboxRepository repository, string prefix, string key)
    {
        var records = call.Records(repository);
        var number = long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        switch (prefix)
        {
            case "R":
                return new RepositorySource(repository);
            case "I" or "PR" when records.Issue(number) is { } issue && issue.Pull is null == (prefix == "I"):
                return IssueTypes.Source(repository, await call.Services.Pulls.RefreshAsync(repository, records, issue, call.Cancelled).ConfigureAwait(false));
            case "IC":
                return records.Issues.Values.SelectMany(issue => issue.Comments.Where(one => one.Id == number).Select(one => new CommentSource(repository, issue, one))).FirstOrDefault();
            case "PRR":
                return records.Issues.Values.Where(static issue => issue.Pull is not null)
                    .SelectMany(issue => issue.Pull!.Reviews.Where(one => one.Id == number).Select(one => new ReviewSource(repository, issue, one))).FirstOrDefault();
            case "PRRT":
                return records.Issues.Values.Where(static issue => issue.Pull is not null)
                    .SelectMany(issue => issue.Pull!.Threads.Where(one => one.Id == number).Select(one => new ThreadSource(repository, issue, one))).FirstOrDefault();
            case "LA" when records.Label(key) is { } label:
                return new LabelSource(repository, label);
            case "MI" when records.Milestones.TryGetValue(RestCall.Index(number), out var milestone):
                return new MilestoneSource(repository, milestone);
            case "RE" when records.Release(number) is { } release:
                return new ReleaseSource(repository, release);
            case "REF" when await call.Services.Git.RefAsync(repository, key, call.Cancelled).ConfigureAwait(false) is { } found:
                return new RefSource(repository, found);
            case "C" or "T" or "B" or "TA" when RefNames.IsId(key):
                return await CommitTypes.ObjectAsync(call, repository, key).ConfigureAwait(false);
            default:
                return null;
        }
    }
}
