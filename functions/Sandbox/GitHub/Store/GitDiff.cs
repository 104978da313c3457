using System.Collections.Immutable;
using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>One file of a difference.</summary>
/// <param name="Status">GitHub's word: <c>added</c>, <c>removed</c>, <c>modified</c>, <c>renamed</c>, <c>changed</c>.</param>
/// <param name="Path">Its path, after.</param>
/// <param name="OldPath">Its path before, when it was renamed.</param>
/// <param name="Blob">Its blob after; before, when it was removed.</param>
/// <param name="Additions">Lines added; 0 when binary.</param>
/// <param name="Deletions">Lines removed; 0 when binary.</param>
/// <param name="Patch">The hunks; null when binary or when only the name changed.</param>
internal sealed record FileChange(string Status, string Path, string? OldPath, string Blob, int Additions, int Deletions, string? Patch);

/// <summary>Differences between two trees, as GitHub shows them: renames are found, patches come without their head.</summary>
internal sealed class GitDiff(GitRunner git)
{
    /// <summary>git's name of the tree that holds nothing, for commits without a parent.</summary>
    public const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    public async Task<ImmutableArray<FileChange>> FilesAsync(SandboxRepository repository, string from, string to, CancellationToken cancellationToken)
    {
        var named = await git.MustAsync(repository, ["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", from, to], default, null, cancellationToken).ConfigureAwait(false);
        var sections = Sections((await TextAsync(repository, from, to, cancellationToken).ConfigureAwait(false)).Text);
        var (entries, counts) = Read(named.Text.Split('\0'));

        // Sections come in the order of the entries; a change of type makes two of one, and then none can be told apart.
        var patches = sections.Count == entries.Count ? sections : null;
        return [.. entries.Select((entry, index) => entry with
        {
            Additions = counts[index].Added,
            Deletions = counts[index].Removed,
            Patch = patches is null ? null : Hunks(patches[index]),
        })];
    }

    /// <summary>The difference as <c>git diff</c> prints it.</summary>
    public Task<GitOutput> TextAsync(SandboxRepository repository, string from, string to, CancellationToken cancellationToken) =>
        git.MustAsync(repository, ["diff-tree", "-r", "-M", "-p", "--no-color", "--no-ext-diff", "--full-index", from, to], default, null, cancellationToken);

    /// <summary>Commits as mail, as <c>git format-patch</c> writes them.</summary>
    public Task<GitOutput> MailAsync(SandboxRepository repository, string range, CancellationToken cancellationToken) =>
        git.MustAsync(repository, ["format-patch", "--stdout", "--no-color", "--full-index", "-M", .. range.Contains("..", StringComparison.Ordinal) ? [range] : new[] { "-1", range }], default, null, cancellationToken);

    private static (List<FileChange> Entries, List<(int Added, int Removed)> Counts) Read(string[] parts)
    {
        var entries = new List<FileChange>();
        var counts = new List<(int, int)>();
        for (var at = 0; at < parts.Length && parts[at].Length > 0; at++)
        {
            if (parts[at][0] == ':')
            {
                var field = parts[at].Split(' ');
                var renamed = field[4][0] is 'R' or 'C';
                var old = renamed ? parts[++at] : null;
                entries.Add(new FileChange(Word(field[4][0]), parts[++at], old, field[4][0] == 'D' ? field[2] : field[3], 0, 0, null));
            }
            else
            {
                var field = parts[at].Split('\t');
                counts.Add((Count(field[0]), Count(field[1])));
                at += field[2].Length == 0 ? 2 : 0;
            }
        }

        return (entries, counts);
    }

    private static int Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static string Word(char status) => status switch
    {
        'A' => "added",
        'D' => "removed",
        'R' => "renamed",
        'C' => "copied",
        'M' => "modified",
        _ => "changed",
    };

    private static List<string> Sections(string diff)
    {
        const string Start = "diff --git ";
        return [.. ("\n" + diff).Split("\n" + Start, StringSplitOptions.None).Skip(1)];
    }

    private static string? Hunks(string section)
    {
        var at = section.IndexOf("\n@@ ", StringComparison.Ordinal);
        return at < 0 ? null : section[(at + 1)..].TrimEnd('\n');
    }
}
