using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Actions;

/// <summary>A workflow: a file on the default branch.</summary>
internal sealed record Workflow(long Id, string Name, string Path);

/// <summary>A run of a workflow, on a commit that is really there.</summary>
internal sealed record WorkflowRun(long Id, int Number, Workflow Workflow, GitCommit Commit, string Branch, string Conclusion, long JobId);

/// <summary>
/// Nothing runs here: runs are made up from the repository itself, one for each workflow and each of the default branch's latest
/// commits, so that the same repository always tells the same.
/// </summary>
internal sealed class MadeUpRuns(GitReader git)
{
    private const int Commits = 5;

    public async Task<ImmutableArray<Workflow>> WorkflowsAsync(SandboxRepository repository, CancellationToken cancellationToken)
    {
        var main = await git.CommitAsync(repository, RepositoryJson.DefaultBranch(repository), cancellationToken).ConfigureAwait(false);
        var directory = main is null ? null : await git.EntryAsync(repository, main, ".github/workflows", cancellationToken).ConfigureAwait(false);
        return directory is not { Type: "tree" }
            ? []
            : [.. (await git.TreeAsync(repository, directory.Id, recursive: false, cancellationToken).ConfigureAwait(false))
                .Where(static entry => entry.Type == "blob")
                .Select(entry => new Workflow(StableId.Of($"{repository.Id}/workflow/{entry.Name}"), Path.GetFileNameWithoutExtension(entry.Name), ".github/workflows/" + entry.Name))];
    }

    /// <summary>Every run, latest first.</summary>
    public async Task<ImmutableArray<WorkflowRun>> RunsAsync(SandboxRepository repository, CancellationToken cancellationToken)
    {
        var branch = RepositoryJson.DefaultBranch(repository);
        if (await git.CommitAsync(repository, branch, cancellationToken).ConfigureAwait(false) is not { } main)
        {
            return [];
        }

        var ids = await git.ListAsync(repository, ["--first-parent", main], cancellationToken).ConfigureAwait(false);
        var commits = await git.ReadCommitsAsync(repository, ids.Take(Commits), cancellationToken).ConfigureAwait(false);
        var workflows = await WorkflowsAsync(repository, cancellationToken).ConfigureAwait(false);
        return [.. commits.SelectMany((commit, index) => workflows.Select(workflow => new WorkflowRun(
            StableId.Of($"{repository.Id}/run/{workflow.Path}/{commit.Id}"),
            ids.Length - index,
            workflow,
            commit,
            branch,
            index == 2 ? "failure" : "success",
            StableId.Of($"{repository.Id}/job/{workflow.Path}/{commit.Id}"))))];
    }
}
