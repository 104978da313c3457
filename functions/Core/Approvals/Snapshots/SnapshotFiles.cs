using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>
/// Shows one changed path after the other, within what all of them share. The mode decides what an entry is: the same blob as a file
/// and as a symbolic link are two different things.
/// </summary>
/// <param name="masker">Vouches for what is shown.</param>
/// <param name="limits">How much is shown.</param>
/// <param name="blobs">The contents; null when the masker vouches for nothing, so that nothing was read.</param>
internal sealed class SnapshotFiles(ITextMasker masker, SnapshotLimits limits, SnapshotBlobs? blobs)
{
    private readonly LineDiff _diff = new(limits);
    private int _linesLeft = limits.LinesInAll;

    /// <summary>The blobs that are needed to show a path.</summary>
    public static IEnumerable<GitOid> Needs(ChangedPath change)
    {
        var (old, now) = (change.Old, change.New);
        return (now ?? old) switch
        {
            null => throw new ArgumentException($"Nothing stood or stands at {change.Path}, so it did not change.", nameof(change)),
            { } link when IsLink(link) => [link.Id],
            { } module when IsSubmodule(module) => [],
            _ when IsModeOnly(change) => [],
            _ => new[] { old, now }.OfType<TreeEntryFacts>().Where(IsFile).Select(static file => file.Id),
        };
    }

    /// <summary>The path, with what may be shown of its content.</summary>
    public SnapshotFile Show(ChangedPath change)
    {
        var file = new SnapshotFile(change.Path, Octal(change.Old), Octal(change.New), SnapshotContent.Withheld);
        var entry = change.New ?? change.Old!;
        return IsSubmodule(entry) ? file with { Content = SnapshotContent.Reference, PointsAt = entry.Id.Hex }
            : IsLink(entry) ? ShowLink(file, entry.Id)
            : IsModeOnly(change) ? file with { Content = SnapshotContent.ModeOnly }
            : blobs is null ? file
            : ShowContent(file, change);
    }

    private SnapshotFile ShowLink(SnapshotFile file, GitOid id)
    {
        if (blobs is null)
        {
            return file with { Content = SnapshotContent.Reference };
        }

        return blobs.Find(id) is not { } target
            ? file with { Content = SnapshotContent.TooLarge }
            : file with
            {
                Content = SnapshotContent.Reference,
                PointsAt = masker.Mask(Encoding.UTF8.GetString(target.Span)) is { } text ? SnapshotCut.Text(text, limits) : null,
            };
    }

    private SnapshotFile ShowContent(SnapshotFile file, ChangedPath change)
    {
        if (Content(change.Old) is not { } old || Content(change.New) is not { } now)
        {
            return file with { Content = SnapshotContent.TooLarge };
        }

        if (old.Span.Contains((byte)0) || now.Span.Contains((byte)0))
        {
            return file with { Content = SnapshotContent.Binary };
        }

        if (SnapshotText.Read(old.Span, masker) is not { } before || SnapshotText.Read(now.Span, masker) is not { } after)
        {
            return file;
        }

        var changes = _diff.Compare(before.Lines, after.Lines);
        var hunks = new HunkWriter(before, after, limits).Write(changes);
        var shown = hunks[..Fitting(hunks)];
        return file with
        {
            Content = SnapshotContent.Shown,
            Hunks = shown,
            HunksLeftOut = hunks.Length - shown.Length,
            Added = changes.Sum(static each => each.NewCount),
            Removed = changes.Sum(static each => each.OldCount),
        };
    }

    /// <summary>The content of a file; empty where none is. Null when it is too large.</summary>
    private ReadOnlyMemory<byte>? Content(TreeEntryFacts? entry) => entry is not null && IsFile(entry) ? blobs!.Find(entry.Id) : ReadOnlyMemory<byte>.Empty;

    private int Fitting(ImmutableArray<SnapshotHunk> hunks)
    {
        var (count, lines) = (0, Math.Min(_linesLeft, limits.FileLines));
        while (count < hunks.Length && hunks[count].Lines.Count(static line => line.Kind != '\\') is var more && more <= lines)
        {
            (lines, _linesLeft) = (lines - more, _linesLeft - more);
            count++;
        }

        return count;
    }

    private static bool IsModeOnly(ChangedPath change) =>
        change is { Old: { } old, New: { } now } && old.Id == now.Id && IsFile(old) && IsFile(now);

    private const int TypeBits = 0xF000; // 0o170000

    private static bool IsLink(TreeEntryFacts entry) => (entry.Mode & TypeBits) == 0xA000; // 0o120000

    private static bool IsSubmodule(TreeEntryFacts entry) => (entry.Mode & TypeBits) == 0xE000; // 0o160000

    private static bool IsFile(TreeEntryFacts entry) => !IsLink(entry) && !IsSubmodule(entry);

    private static string? Octal(TreeEntryFacts? entry) => entry is null ? null : Convert.ToString(entry.Mode, 8);
}
