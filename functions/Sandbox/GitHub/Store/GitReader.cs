using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Reads refs, objects and trees of a served repository.</summary>
internal sealed class GitReader(GitRunner git)
{
    /// <summary>
    /// The commit that a caller's word means: a branch, else a tag, else a commit id of at least four digits, else <c>HEAD</c>. What git
    /// itself would read into it (<c>main~3</c>, <c>:/text</c>) has no meaning here. Null when there is none.
    /// </summary>
    public async Task<string?> CommitAsync(SandboxRepository repository, string name, CancellationToken cancellationToken)
    {
        if (!RefNames.IsPlain(name))
        {
            return null;
        }

        List<string> candidates = [.. name.Length == 40 && RefNames.IsHex(name) ? [name] : Array.Empty<string>(), $"refs/heads/{name}", $"refs/tags/{name}"];
        if (name.StartsWith("heads/", StringComparison.Ordinal) || name.StartsWith("tags/", StringComparison.Ordinal) || name.StartsWith("pull/", StringComparison.Ordinal))
        {
            candidates.Add("refs/" + name);
        }
        else if (name == "HEAD" || name.StartsWith("refs/", StringComparison.Ordinal) || (name.Length >= 4 && RefNames.IsHex(name)))
        {
            candidates.Add(name);
        }

        var found = await CheckAsync(repository, candidates.Select(static one => one + "^{commit}"), cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault(static one => one is not null)?.Id;
    }

    /// <summary>Id and type of each name, in order; null for what is missing.</summary>
    public async Task<IReadOnlyList<GitObject?>> CheckAsync(SandboxRepository repository, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var output = await git.MustAsync(
            repository, ["cat-file", "--batch-check"], Encoding.UTF8.GetBytes(string.Concat(names.Select(static one => one + "\n"))), null, cancellationToken).ConfigureAwait(false);
        return [.. output.Lines.Select(static line => line.Split(' ') is [{ Length: 40 } id, var type, var size] && long.TryParse(size, CultureInfo.InvariantCulture, out _)
            ? new GitObject(id, type, [])
            : null)];
    }

    /// <summary>The objects of these ids, in order, without those that are missing.</summary>
    public async Task<IReadOnlyList<GitObject>> ObjectsAsync(SandboxRepository repository, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var wanted = string.Concat(ids.Select(static one => one + "\n"));
        if (wanted.Length == 0)
        {
            return [];
        }

        var output = await git.MustAsync(repository, ["cat-file", "--batch"], Encoding.UTF8.GetBytes(wanted), null, cancellationToken).ConfigureAwait(false);
        var found = new List<GitObject>();
        var at = 0;
        while (at < output.Bytes.Length)
        {
            var end = Array.IndexOf(output.Bytes, (byte)'\n', at);
            var head = Encoding.UTF8.GetString(output.Bytes, at, end - at).Split(' ');
            at = end + 1;
            if (head is [{ Length: 40 } id, var type, var size] && int.TryParse(size, CultureInfo.InvariantCulture, out var length))
            {
                found.Add(new GitObject(id, type, output.Bytes[at..(at + length)]));
                at += length + 1;
            }
        }

        return found;
    }

    public async Task<GitObject?> ObjectAsync(SandboxRepository repository, string id, CancellationToken cancellationToken) =>
        await ObjectsAsync(repository, [id], cancellationToken).ConfigureAwait(false) is [var found] ? found : null;

    /// <exception cref="InvalidOperationException">There is no such commit.</exception>
    public async Task<GitCommit> ReadCommitAsync(SandboxRepository repository, string id, CancellationToken cancellationToken) =>
        GitCommit.Parse(await ObjectAsync(repository, id, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"There is no commit {id} in {repository.FullName}."));

    public async Task<IReadOnlyList<GitCommit>> ReadCommitsAsync(SandboxRepository repository, IEnumerable<string> ids, CancellationToken cancellationToken) =>
        [.. (await ObjectsAsync(repository, ids, cancellationToken).ConfigureAwait(false)).Select(GitCommit.Parse)];

    /// <summary>The refs whose names begin with a prefix that ends in a slash, in name order.</summary>
    public async Task<IReadOnlyList<GitRef>> RefsAsync(SandboxRepository repository, string prefix, CancellationToken cancellationToken)
    {
        const string Format = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00";
        var output = await git.MustAsync(repository, ["for-each-ref", "--format=" + Format, prefix], default, null, cancellationToken).ConfigureAwait(false);
        return [.. output.Text.Split("\0\n", StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\0')).Select(static field => new GitRef(
            field[0], field[1], field[2], field[1] == "commit" ? field[2] : field[3] == "commit" ? field[4] : null))];
    }

    /// <summary>One ref by its whole name; null when there is none.</summary>
    public async Task<GitRef?> RefAsync(SandboxRepository repository, string name, CancellationToken cancellationToken) => RefNames.IsPlain(name)
        ? (await RefsAsync(repository, name, cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Name == name)
        : null;

    /// <summary>A tree's entries, one level or all.</summary>
    public async Task<IReadOnlyList<GitEntry>> TreeAsync(SandboxRepository repository, string tree, bool recursive, CancellationToken cancellationToken)
    {
        var output = await git.MustAsync(
            repository, recursive ? ["ls-tree", "-z", "-l", "-r", "-t", tree] : ["ls-tree", "-z", "-l", tree], default, null, cancellationToken).ConfigureAwait(false);
        return [.. output.Parts.Select(Entry)];
    }

    /// <summary>What stands at a path in a commit's tree; null when nothing does. The root has the path "".</summary>
    public async Task<GitEntry?> EntryAsync(SandboxRepository repository, string commit, string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            var root = (await CheckAsync(repository, [commit + "^{tree}"], cancellationToken).ConfigureAwait(false))[0];
            return root is null ? null : new GitEntry("040000", "tree", root.Id, null, string.Empty);
        }

        if (path.Split('/').Any(static part => part is "" or "." or ".."))
        {
            return null;
        }

        var output = await git.RunAsync(repository, ["ls-tree", "-z", "-l", "--full-tree", commit, "--", path], default, null, cancellationToken).ConfigureAwait(false);
        return output.ExitCode == 0 ? output.Parts.Select(Entry).FirstOrDefault(entry => entry.Path == path) : null;
    }

    /// <summary>Commit ids that <c>git rev-list</c> gives for some arguments.</summary>
    public async Task<ImmutableArray<string>> ListAsync(SandboxRepository repository, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        [.. (await git.MustAsync(repository, ["rev-list", .. arguments], default, null, cancellationToken).ConfigureAwait(false)).Lines];

    /// <summary>The best common ancestor; null when there is none.</summary>
    public async Task<string?> MergeBaseAsync(SandboxRepository repository, string left, string right, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(repository, ["merge-base", left, right], default, null, cancellationToken).ConfigureAwait(false);
        return output.ExitCode == 0 ? output.Word : null;
    }

    // "100644 blob ID    SIZE\tPATH"
    private static GitEntry Entry(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        var field = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new GitEntry(field[0], field[1], field[2], long.TryParse(field[3], CultureInfo.InvariantCulture, out var size) ? size : null, line[(tab + 1)..]);
    }
}
