using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Every check and status of a commit, together.</summary>
internal sealed record RollupSource(SandboxRepository Repository, string Sha) : RepositoryPart("StatusCheckRollup", Repository);

/// <summary>Checks and statuses of commits.</summary>
internal sealed class CheckTypes : IGraphTypes
{
    public void Add(GraphTable table)
    {
        table.Type<RollupSource>("StatusCheckRollup", "checks=read,statuses=read")
            .Field("id", static source => NodeIds.Of("SCR", source.Repository.Id, source.Sha))
            .Field("state", static (source, field) => State(Contexts(source, field)))
            .Field("contexts", static (source, field) => GraphConnection.Of(field, Contexts(source, field), static one => one));
        table.Type<CheckSource>("CheckRun", "checks=read")
            .Field("id", static source => NodeIds.Of("CR", source.Repository.Id, source.Check.Id))
            .Field("databaseId", static source => AccountTypes.Number(source.Check.Id))
            .Field("name", static source => source.Check.Name)
            .Field("status", static source => source.Check.Status.ToUpperInvariant())
            .Field("conclusion", static source => source.Check.Conclusion?.ToUpperInvariant())
            .Field("startedAt", static source => GitHubAnswer.Time(source.Check.StartedAt))
            .Field("completedAt", static source => source.Check.CompletedAt is { } at ? GitHubAnswer.Time(at) : null)
            .Field("title", static source => source.Check.Title)
            .Field("summary", static source => source.Check.Summary)
            .Constant(null, "text")
            .Constant(false, "isRequired")
            .Field("detailsUrl", static (source, field) => Page(source, field))
            .Field("url", static (source, field) => Page(source, field))
            .Field("checkSuite", static source => new Dictionary<string, object?> { ["id"] = NodeIds.Of("CS", source.Repository.Id, source.Check.Sha), ["workflowRun"] = null });
        table.Type<StatusSource>("StatusContext", "statuses=read")
            .Field("id", static source => NodeIds.Of("SC", source.Repository.Id, source.Status.Id))
            .Field("context", static source => source.Status.Context)
            .Field("state", static source => source.Status.State.ToUpperInvariant())
            .Field("description", static source => source.Status.Description)
            .Field("targetUrl", static source => source.Status.TargetUrl)
            .Field("createdAt", static source => GitHubAnswer.Time(source.Status.CreatedAt))
            .Constant(false, "isRequired")
            .Field("avatarUrl", static (source, field) => field.Call.Links.Page("avatars/" + Uri.EscapeDataString(source.Status.Creator)));
    }

    /// <summary>Null when nothing was set on the commit.</summary>
    public static object? Rollup(SandboxRepository repository, string sha, GraphField field)
    {
        var source = new RollupSource(repository, sha);
        return Contexts(source, field).Count == 0 ? null : source;
    }

    private static string Page(CheckSource source, GraphField field) => field.Call.Links.To(source.Repository).Page($"runs/{source.Check.Id}");

    private static List<RepositoryPart> Contexts(RollupSource source, GraphField field)
    {
        var records = field.Call.Records(source.Repository);
        return
        [
            .. records.Checks.Where(check => check.Sha == source.Sha).Select(check => new CheckSource(source.Repository, check)),
            .. records.Statuses.Where(status => status.Sha == source.Sha).GroupBy(static status => status.Context).Select(group => new StatusSource(source.Repository, group.Last())),
        ];
    }

    private static string State(List<RepositoryPart> contexts)
    {
        var states = contexts.Select(static one => one is CheckSource check ? check.Check.Conclusion ?? "pending" : ((StatusSource)one).Status.State).ToList();
        return states.Any(static state => state is "failure" or "error" or "timed_out" or "cancelled") ? "FAILURE"
            : states.Contains("pending") ? "PENDING"
            : "SUCCESS";
    }
}
