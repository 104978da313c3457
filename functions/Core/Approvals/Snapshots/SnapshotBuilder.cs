using System.Collections.Immutable;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>Makes what approvers are shown of a push: masked, bounded, and with everything that is left out counted.</summary>
/// <param name="masker">Vouches for what is shown. One that vouches for nothing leaves contents out, and then none is fetched.</param>
/// <param name="limits">How much is shown.</param>
public sealed class SnapshotBuilder(ITextMasker masker, SnapshotLimits limits)
{
    private const string WithheldMessage = "(The message may hold a secret and is not shown.)";

    /// <summary>Builds it. A failure when content that is to be shown cannot be had.</summary>
    /// <param name="changes">The push's updates, in its order.</param>
    /// <param name="pack">What was pushed: looked in first.</param>
    /// <param name="upstream">Where the rest is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<GitResult<ApprovalSnapshot>> BuildAsync(
        IReadOnlyList<ChangeSet> changes, IObjectSource pack, IUpstreamObjects upstream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        // Commits and files beyond what fits are counted on the page; a ref that approvers never see named is not theirs to let move.
        if (changes.Count > limits.Updates)
        {
            return GitFailure.TooLarge($"approvers can be shown {limits.Updates} refs at once and it moves {changes.Count} (limit {nameof(SnapshotLimits.Updates)}): push fewer refs at once");
        }

        SnapshotBlobs? blobs = null;
        if (masker.CanVouch)
        {
            var needs = changes.SelectMany(change => change.TipToTip.Take(limits.Files)).SelectMany(SnapshotFiles.Needs);
            var read = await SnapshotBlobs.ReadAsync(needs, pack, upstream, limits, cancellationToken).ConfigureAwait(false);
            if (!read.Succeeded)
            {
                return read.Failure;
            }

            blobs = read.Value;
        }

        // Long lines, long names and long messages within every limit are still too much for one snapshot together.
        for (var fitting = limits; ; fitting = fitting.Less())
        {
            var snapshot = Show(changes, blobs, fitting, cancellationToken);
            if (SnapshotJson.Write(snapshot).Length <= SnapshotStore.MaxBytes)
            {
                return snapshot;
            }

            if (fitting.ShowsNothing)
            {
                return GitFailure.TooLarge("what approvers have to be shown is too large, even without commits and files: push fewer refs at once");
            }
        }
    }

    private ApprovalSnapshot Show(IReadOnlyList<ChangeSet> changes, SnapshotBlobs? blobs, SnapshotLimits fitting, CancellationToken cancellationToken)
    {
        var files = new SnapshotFiles(masker, fitting, blobs);
        var updates = ImmutableArray.CreateBuilder<SnapshotUpdate>(changes.Count);
        foreach (var change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            updates.Add(Show(change, files, fitting));
        }

        return new ApprovalSnapshot { Updates = updates.ToImmutable() };
    }

    private SnapshotUpdate Show(ChangeSet change, SnapshotFiles files, SnapshotLimits fitting)
    {
        var update = change.Update;
        var differing = change.TipToTip.Select(static path => path.Path).ToHashSet(StringComparer.Ordinal);
        var passing = change.Paths.Where(path => !differing.Contains(path)).ToList();
        return new(update.Ref.Value, KindOf(change), update.Old.IsZero ? null : update.Old.Hex, update.New.IsZero ? null : update.New.Text)
        {
            Commits = [.. change.Commits.Take(fitting.Commits).Select(Show)],
            CommitsLeftOut = Math.Max(0, change.Commits.Length - fitting.Commits),
            Files = [.. change.TipToTip.Take(fitting.Files).Select(files.Show)],
            FilesLeftOut = Math.Max(0, change.TipToTip.Length - fitting.Files),
            PassingPaths = [.. passing.Take(fitting.PassingPaths)],
            PassingPathsLeftOut = Math.Max(0, passing.Count - fitting.PassingPaths),
        };
    }

    private SnapshotCommit Show(CommitFacts commit)
    {
        var (author, committer) = (commit.Author, commit.Committer);
        var same = author.Name == committer.Name && author.Email == committer.Email;
        return new(
            commit.Id.Hex,
            author.Name,
            author.Email,
            same ? null : $"{committer.Name} <{committer.Email}>",
            author.When,
            commit.HasSignature,
            // People typed it and approvers need it, like a branch's name: shown also where nobody vouches for anything.
            masker.CanVouch ? masker.Mask(commit.Message) ?? WithheldMessage : commit.Message);
    }

    internal static SnapshotUpdateKind KindOf(ChangeSet change) => change.Update switch
    {
        { IsDelete: true } => SnapshotUpdateKind.Delete,
        { IsCreate: true } => SnapshotUpdateKind.Create,
        _ => change.Forced ? SnapshotUpdateKind.Force : SnapshotUpdateKind.Update,
    };
}
