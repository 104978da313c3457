using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>A file to be in a tree, or, with neither content nor id, to be there no longer.</summary>
internal sealed record TreeChange(string Path, string Mode, string? Id);

/// <summary>Writes objects and moves refs of a served repository.</summary>
internal sealed class GitWriter(GitRunner git)
{
    public const string NoObject = "0000000000000000000000000000000000000000";

    /// <summary>True for a path that a tree may hold.</summary>
    public static bool IsPath(string path) =>
        !path.Contains('\0', StringComparison.Ordinal)
        && path.Split('/').All(static part => part is not ("" or "." or "..") && !part.Equals(".git", StringComparison.OrdinalIgnoreCase));

    public async Task<string> BlobAsync(SandboxRepository repository, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        (await git.MustAsync(repository, ["hash-object", "-w", "--stdin"], content, null, cancellationToken).ConfigureAwait(false)).Word;

    /// <summary>The tree that a base (null for none) becomes by some changes; null when one names an object that is not there.</summary>
    public async Task<string?> TreeAsync(
        SandboxRepository repository, string? baseTree, IEnumerable<TreeChange> changes, CancellationToken cancellationToken)
    {
        var index = Path.Combine(repository.Path, "sandbox-index-" + RandomNumberGenerator.GetHexString(16, lowercase: true));
        try
        {
            await git.MustAsync(repository, baseTree is null ? ["read-tree", "--empty"] : ["read-tree", baseTree], default, index, cancellationToken).ConfigureAwait(false);
            var lines = new StringBuilder();
            foreach (var change in changes)
            {
                // git itself would pass over such a path in silence.
                if (!IsPath(change.Path))
                {
                    return null;
                }

                if (change.Mode == "040000" && change.Id is not null)
                {
                    if (await GraftAsync(repository, change, index, lines, cancellationToken).ConfigureAwait(false))
                    {
                        continue;
                    }

                    return null;
                }

                lines.Append(CultureInfo.InvariantCulture, $"{(change.Id is null ? "0" : change.Mode)} {change.Id ?? NoObject}\t{change.Path}\0");
            }

            var updated = await git.RunAsync(repository, ["update-index", "-z", "--index-info"], Encoding.UTF8.GetBytes(lines.ToString()), index, cancellationToken).ConfigureAwait(false);
            if (updated.ExitCode != 0)
            {
                return null;
            }

            var written = await git.RunAsync(repository, ["write-tree"], default, index, cancellationToken).ConfigureAwait(false);
            return written.ExitCode == 0 ? written.Word : null;
        }
        finally
        {
            File.Delete(index);
        }
    }

    /// <summary>Writes a commit exactly as given. The tree and the parents must be there.</summary>
    public async Task<string> CommitAsync(
        SandboxRepository repository,
        string tree,
        IEnumerable<string> parents,
        GitPerson author,
        GitPerson committer,
        string message,
        CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"tree {tree}\n");
        foreach (var parent in parents)
        {
            text.Append(CultureInfo.InvariantCulture, $"parent {parent}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"author {author}\ncommitter {committer}\n\n{message}");
        var written = await git.MustAsync(
            repository, ["hash-object", "-t", "commit", "-w", "--stdin"], Encoding.UTF8.GetBytes(text.ToString()), null, cancellationToken).ConfigureAwait(false);
        return written.Word;
    }

    /// <summary>Writes an annotated tag object; null when git does not take it.</summary>
    public async Task<string?> TagAsync(
        SandboxRepository repository, string name, string target, string type, GitPerson tagger, string message, CancellationToken cancellationToken)
    {
        var text = $"object {target}\ntype {type}\ntag {name}\ntagger {tagger}\n\n{message}\n";
        var written = await git.RunAsync(
            repository, ["hash-object", "-t", "tag", "-w", "--stdin"], Encoding.UTF8.GetBytes(text), null, cancellationToken).ConfigureAwait(false);
        return written.ExitCode == 0 ? written.Word : null;
    }

    /// <summary>Moves refs, all or none. The old id is what each must have now: null for whatever it has, all zeros for none.</summary>
    public async Task<bool> MoveAsync(SandboxRepository repository, IEnumerable<RefMove> moves, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        foreach (var move in moves)
        {
            var old = move.Old is null ? string.Empty : " " + move.Old;
            lines.Append(move.New is null ? $"delete {move.Name}{old}\n" : $"update {move.Name} {move.New}{old}\n");
        }

        var output = await git.RunAsync(repository, ["update-ref", "--stdin"], Encoding.UTF8.GetBytes(lines.ToString()), null, cancellationToken).ConfigureAwait(false);
        return output.ExitCode == 0;
    }

    // A whole tree at a path takes the place of all that was below it.
    private async Task<bool> GraftAsync(SandboxRepository repository, TreeChange change, string index, StringBuilder lines, CancellationToken cancellationToken)
    {
        var listed = await git.RunAsync(repository, ["ls-tree", "-r", "-z", change.Id!], default, null, cancellationToken).ConfigureAwait(false);
        if (listed.ExitCode != 0)
        {
            return false;
        }

        var there = await git.MustAsync(repository, ["ls-files", "-z", "--cached", "--", ":(literal)" + change.Path], default, index, cancellationToken).ConfigureAwait(false);
        foreach (var path in there.Parts)
        {
            lines.Append(CultureInfo.InvariantCulture, $"0 {NoObject}\t{path}\0");
        }

        foreach (var entry in listed.Parts.Select(static part => part.Split('\t', 2)))
        {
            var field = entry[0].Split(' ');
            lines.Append(CultureInfo.InvariantCulture, $"{field[0]} {field[2]}\t{change.Path}/{entry[1]}\0");
        }

        return true;
    }
}

/// <summary>One ref's move. A new id of null deletes it.</summary>
internal sealed record RefMove(string Name, string? New, string? Old);
