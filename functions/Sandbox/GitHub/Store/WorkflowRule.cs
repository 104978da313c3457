using CursorBroker.Sandbox.GitHub.App;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Without <c>workflows:write</c> no ref may come to a workflow file that the token's holder did not find there.</summary>
internal sealed class WorkflowRule(GitRunner git)
{
    public const string Directory = ".github/workflows/";

    /// <summary>True when a ref may go from an old commit (null for a new ref) to a new one.</summary>
    public async Task<bool> AllowsAsync(SandboxRepository repository, InstallationToken? token, string? old, string fresh, CancellationToken cancellationToken)
    {
        if (token is null || token.Allows("workflows", PermissionLevel.Write))
        {
            return true;
        }

        // As for a push: commits that no ref has yet must not touch one.
        var added = await git.MustAsync(
            repository,
            ["log", "--format=", "--name-only", "--no-renames", "--full-history", "-c", "--root", fresh, "--not", "--all", "--", Directory],
            default,
            null,
            cancellationToken).ConfigureAwait(false);
        if (added.Word.Length > 0)
        {
            return false;
        }

        if (old is null)
        {
            return true;
        }

        var moved = await git.MustAsync(repository, ["diff-tree", "-r", "--name-only", old, fresh, "--", Directory], default, null, cancellationToken).ConfigureAwait(false);
        return moved.Word.Length == 0;
    }
}
