using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Merges without a work tree. Every method answers null when there is a conflict.</summary>
internal sealed class GitMerge(GitRunner git, GitReader reader, GitWriter writer)
{
    /// <summary>The tree that merging two commits gives.</summary>
    public async Task<string?> TreeAsync(SandboxRepository repository, string ours, string theirs, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(repository, ["merge-tree", "--write-tree", "--no-messages", ours, theirs], default, null, cancellationToken).ConfigureAwait(false);
        return output.ExitCode switch
        {
            0 => output.Word,
            1 => null,
            _ => throw new InvalidOperationException($"git merge-tree failed with {output.ExitCode.ToString(CultureInfo.InvariantCulture)}: {output.Errors}"),
        };
    }

    /// <summary>Puts a branch's commits, merges left out, on top of another: the new tip.</summary>
    public async Task<string?> RebaseAsync(SandboxRepository repository, string onto, string head, GitPerson committer, CancellationToken cancellationToken)
    {
        var tip = onto;
        foreach (var id in await reader.ListAsync(repository, ["--reverse", "--topo-order", "--no-merges", head, "^" + onto], cancellationToken).ConfigureAwait(false))
        {
            var commit = await reader.ReadCommitAsync(repository, id, cancellationToken).ConfigureAwait(false);
            if (commit.Parents is not [var parent] || await PickAsync(repository, tip, parent, id, committer, cancellationToken).ConfigureAwait(false) is not { } tree)
            {
                return null;
            }

            tip = await writer.CommitAsync(repository, tree, [tip], commit.Author, committer, commit.Message, cancellationToken).ConfigureAwait(false);
        }

        return tip;
    }

    // merge-tree takes its base from history: a commit that has the tip's tree and the picked commit's parent makes that parent the base.
    private async Task<string?> PickAsync(
        SandboxRepository repository, string tip, string parent, string picked, GitPerson who, CancellationToken cancellationToken)
    {
        var tree = (await reader.ReadCommitAsync(repository, tip, cancellationToken).ConfigureAwait(false)).Tree;
        var stand = await writer.CommitAsync(repository, tree, [parent], who, who, "stand-in for a rebase", cancellationToken).ConfigureAwait(false);
        return await TreeAsync(repository, stand, picked, cancellationToken).ConfigureAwait(false);
    }
}
