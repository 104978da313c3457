using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Changes;

/// <summary>The paths that one commit changes against all its parents, and what it names there without bringing it.</summary>
/// <param name="commit">The commit.</param>
/// <param name="paths">Numbers for paths, shared by all commits.</param>
/// <param name="objects">The objects; null where nobody asks what a commit names without bringing it.</param>
/// <param name="added">Knows what files hold; null where nobody asks, or where the commit is the repository's already.</param>
internal sealed class CommitFindings(CommitObject commit, PathNumbers paths, InspectedObjects? objects, AddedContent? added = null) : ITreeFindings
{
    // What is not remembered of so many files is taken for new where it comes again.
    private const int MostRemoved = 100_000;

    /// <summary>The commit.</summary>
    public CommitObject Commit => commit;

    /// <summary>Numbers of the changed paths.</summary>
    public List<int> Paths { get; } = [];

    /// <summary>Objects that are new where the commit has them, and not in the pack.</summary>
    public HashSet<GitOid> NotBrought { get; } = [];

    /// <summary>Files whose content has to be looked at: where they stand, and their blobs.</summary>
    public List<(string Path, GitOid Now)> Touched { get; } = [];

    /// <summary>Blobs that stood where the commit has nothing any more.</summary>
    public HashSet<GitOid> Removed { get; } = [];

    /// <inheritdoc/>
    public void Changed(string path, TreeEntryFacts? old, TreeEntryFacts? now)
    {
        Paths.Add(paths.Of(path));
        if (added is not null)
        {
            NoteContent(added, path, old, now);
        }

        if (now is not null && now.Mode != FileModes.Submodule)
        {
            Note(now.Id);
        }
    }

    /// <inheritdoc/>
    public void Introduces(GitOid tree) => Note(tree);

    private void NoteContent(AddedContent content, string path, TreeEntryFacts? old, TreeEntryFacts? now)
    {
        if (now is null && old is not null && Removed.Count < MostRemoved)
        {
            Removed.Add(old.Id);
        }

        if (now is not null && now.Mode != FileModes.Submodule && now.Id != old?.Id && content.Concerns(now.Id))
        {
            Touched.Add((path, now.Id));
        }
    }

    private void Note(GitOid id)
    {
        if (objects is not null && !objects.InPack(id))
        {
            NotBrought.Add(id);
        }
    }
}

/// <summary>What differs between the two tips of an update.</summary>
internal sealed class TipFindings : ITreeFindings
{
    /// <summary>What differs.</summary>
    public List<ChangedPath> Paths { get; } = [];

    /// <inheritdoc/>
    public void Changed(string path, TreeEntryFacts? old, TreeEntryFacts? now) => Paths.Add(new(path, old, now));

    /// <inheritdoc/>
    public void Introduces(GitOid tree)
    {
        // Only what single commits introduce is looked at.
    }
}

/// <summary>Gives each path a number, so that many commits that change the same paths stay small.</summary>
internal sealed class PathNumbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];

    /// <summary>The path's number.</summary>
    public int Of(string path)
    {
        if (!_numbers.TryGetValue(path, out var number))
        {
            _numbers.Add(path, number = _paths.Count);
            _paths.Add(path);
        }

        return number;
    }

    /// <summary>The number's path.</summary>
    public string this[int number] => _paths[number];
}
