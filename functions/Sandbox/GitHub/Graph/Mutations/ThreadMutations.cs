using CursorBroker.Sandbox.GitHub.Graph.Types;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Graph.Mutations;

/// <summary>Threads of pull requests called settled, or not settled after all. Doing it again changes nothing.</summary>
internal sealed class ThreadMutations : IGraphTypes
{
    private const string Write = "pull_requests=write";

    public void Add(GraphTable table) => table.Type<RootSource>("Mutation")
        .Mutation("resolveReviewThread", Write, static field => SettleAsync(field, Accounts.Bot))
        .Mutation("unresolveReviewThread", Write, static field => SettleAsync(field, null));

    private static async Task<Dictionary<string, object?>> SettleAsync(GraphField field, string? by)
    {
        var target = await GraphNodes.FindAsync<ThreadSource>(field, "threadId").ConfigureAwait(false);
        var settled = target.Thread with { ResolvedBy = by is null ? null : target.Thread.ResolvedBy ?? by };
        var issue = field.Call.Records(target.Repository).ChangeIssue(
            target.Issue.Number, old => old with { Pull = old.Pull! with { Threads = old.Pull.Threads.Replace(target.Thread, settled) } });
        return GraphMutations.Payload("thread", new ThreadSource(target.Repository, issue, settled));
    }
}
