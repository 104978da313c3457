using System.Collections.Immutable;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Git.Changes;

/// <summary>
/// What the commits of a pack bring that may not become data: masks of the broker, and secrets that their parents' files did not hold. What the repository has already, on whichever
/// branch, is not added to it; but a new commit that puts old content where it was not does add it there.
/// </summary>
internal sealed class AddedContent(InspectedObjects objects, PackContents pack, WriteScanner scanner, ChangeLimits limits)
{
    private readonly WriteScanner _scanner = scanner;
    private readonly Dictionary<GitOid, ContentVerdict> _found = [];
    private readonly HashSet<GitOid> _looked = [];
    private readonly Lock _gate = new();
    private long _findings;

    /// <summary>Looks through everything that the pack brings.</summary>
    public GitFailure? ReadPack(CancellationToken cancellationToken) => pack.ReadContents(() => new Reader(this), cancellationToken);

    /// <summary>Whether a file of a new commit has to be looked at: something was found in it, or the commit names it without bringing it.</summary>
    public bool Concerns(GitOid blob) => _found.ContainsKey(blob) || !objects.InPack(blob);

    /// <summary>The secrets that each of these commits adds; a failure when one brings a mask.</summary>
    public async ValueTask<GitResult<Dictionary<GitOid, IReadOnlyList<AddedSecret>>>> FindAsync(IEnumerable<CommitFindings> commits, CancellationToken cancellationToken)
    {
        var brought = commits.Where(finding => objects.InPack(finding.Commit.Id)).ToList();
        if (await LookAsync(brought.SelectMany(static finding => finding.Touched.Select(static touched => touched.Now).Except(finding.Removed)), cancellationToken) is { } lost)
        {
            return lost;
        }

        var added = new Dictionary<GitOid, IReadOnlyList<AddedSecret>>();
        var count = 0;
        foreach (var finding in brought)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var secrets = await AddedByAsync(finding, cancellationToken);
            if (!secrets.Succeeded)
            {
                return secrets.Failure;
            }

            if ((count += secrets.Value.Count) > limits.MaxAddedSecrets)
            {
                return GitFailure.TooLarge($"the push adds more than {limits.MaxAddedSecrets} secrets (limit {nameof(ChangeLimits.MaxAddedSecrets)}), among them {secrets.Value[0]}");
            }

            if (secrets.Value.Count > 0)
            {
                added.Add(finding.Commit.Id, secrets.Value);
            }
        }

        return added;
    }

    /// <summary>The secrets in these tags' messages; a failure when one holds a mask.</summary>
    public GitResult<IReadOnlyList<AddedSecret>> OfTags(IEnumerable<GitOid> tags)
    {
        var added = new List<AddedSecret>();
        foreach (var tag in tags.Where(_found.ContainsKey))
        {
            var secrets = OfMessage(tag, "tag");
            if (!secrets.Succeeded)
            {
                return secrets.Failure;
            }

            added.AddRange(secrets.Value);
        }

        return added;
    }

    private async ValueTask<GitResult<IReadOnlyList<AddedSecret>>> AddedByAsync(CommitFindings finding, CancellationToken cancellationToken)
    {
        var added = new List<AddedSecret>();
        if (_found.ContainsKey(finding.Commit.Id))
        {
            var secrets = OfMessage(finding.Commit.Id, "commit");
            if (!secrets.Succeeded)
            {
                return secrets.Failure;
            }

            added.AddRange(secrets.Value);
        }

        IReadOnlyList<ContentVerdict>? elsewhere = null;
        foreach (var (path, now) in finding.Touched)
        {
            if (!_found.TryGetValue(now, out var verdict) || finding.Removed.Contains(now))
            {
                continue;
            }

            if (Problem(path, verdict) is { } problem)
            {
                return problem;
            }

            var old = await OldAtAsync(finding.Commit, path, cancellationToken);
            if (!old.Succeeded)
            {
                return old.Failure;
            }

            var secrets = verdict.AddedTo(old.Value).ToList();
            if (secrets.Count > 0 && elsewhere is null)
            {
                // Renamed, or moved from one file to another: it is old all the same.
                var others = await OldElsewhereAsync(finding.Commit, cancellationToken);
                if (!others.Succeeded)
                {
                    return others.Failure;
                }

                elsewhere = others.Value;
            }

            added.AddRange(verdict.AddedTo([.. old.Value, .. elsewhere ?? []]).Select(secret => new AddedSecret(path, secret.Line, secret.Rule)));
        }

        return added;
    }

    private GitResult<IReadOnlyList<AddedSecret>> OfMessage(GitOid id, string kind)
    {
        var verdict = _found[id];
        var read = pack.Read(id);
        if (!read.Succeeded)
        {
            return read.Failure;
        }

        // The message's lines are counted from its first, those above it, with names and further headers, from the object's.
        var content = read.Value.Content.Span;
        var head = content.IndexOf("\n\n"u8) is var end and >= 0 ? content[..(end + 2)].Count((byte)'\n') : int.MaxValue;
        var (header, message) = ($"the header of {kind} {id.Hex[..7]}", $"the message of {kind} {id.Hex[..7]}");
        var above = verdict with { Found = [.. verdict.Found.Where(found => found.Line <= head)] };
        var below = verdict with { Found = [.. verdict.Found.Where(found => found.Line > head).Select(found => found with { Line = found.Line - head })] };
        return Problem(header, above) is { } inHeader ? inHeader
            : Problem(message, below) is { } inMessage ? inMessage
            : GitResult<IReadOnlyList<AddedSecret>>.Of([.. verdict.AddedTo().Select(secret =>
                secret.Line <= head ? new AddedSecret(header, secret.Line, secret.Rule) : new AddedSecret(message, secret.Line - head, secret.Rule))]);
    }

    private static GitFailure? Problem(string where, ContentVerdict verdict) =>
        verdict.Masks.FirstOrDefault() is { } mask ? GitFailure.WritesMask(WrittenMask.Message(where, mask.Line, mask.IsPlaceholder))
        : verdict.TooMany ? GitFailure.TooLarge($"{GitText.OneLine(where, 200)} holds more than {WriteScanner.MostFindings} secrets, too many to tell the new ones")
        : null;

    private async ValueTask<GitResult<IReadOnlyList<ContentVerdict>>> OldAtAsync(CommitObject commit, string path, CancellationToken cancellationToken)
    {
        var paths = new TreePaths(objects);
        var old = new HashSet<GitOid>();
        foreach (var parent in commit.Parents)
        {
            var before = objects.Commit(parent);
            if (!before.Succeeded)
            {
                return before.Failure;
            }

            var state = await paths.FindAsync(before.Value.Tree, path, cancellationToken);
            if (!state.Succeeded)
            {
                return state.Failure;
            }

            if (state.Value.Blob is { } blob)
            {
                old.Add(blob);
            }
        }

        return await VerdictsAsync(old, cancellationToken);
    }

    private async ValueTask<GitResult<IReadOnlyList<ContentVerdict>>> OldElsewhereAsync(CommitObject commit, CancellationToken cancellationToken)
    {
        var others = new GitOid?[Math.Max(1, commit.Parents.Length)];
        for (var i = 0; i < commit.Parents.Length; i++)
        {
            var before = objects.Commit(commit.Parents[i]);
            if (!before.Succeeded)
            {
                return before.Failure;
            }

            others[i] = before.Value.Tree;
        }

        var old = new OldFiles();
        var diffs = new TreeDiffs(objects, limits);
        diffs.Add(old, commit.Tree, others);
        return await diffs.RunAsync(cancellationToken) is { } failure ? failure : await VerdictsAsync(old.Blobs, cancellationToken);
    }

    private async ValueTask<GitResult<IReadOnlyList<ContentVerdict>>> VerdictsAsync(IReadOnlyCollection<GitOid> blobs, CancellationToken cancellationToken) =>
        await LookAsync(blobs, cancellationToken) is { } failure
            ? failure
            : GitResult<IReadOnlyList<ContentVerdict>>.Of([.. blobs.Where(_found.ContainsKey).Select(blob => _found[blob])]);

    /// <summary>Looks through blobs that the pack does not bring, those not known yet fetched in one batch.</summary>
    private async ValueTask<GitFailure?> LookAsync(IEnumerable<GitOid> blobs, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<GitOid>();
        foreach (var blob in blobs)
        {
            if (!objects.InPack(blob) && _looked.Add(blob) && !(_scanner.Verdicts.TryGet(blob, out var known) && Keep(blob, known)))
            {
                unknown.Add(blob);
            }
        }

        if (await objects.EnsureAsync(unknown, cancellationToken) is { } missing)
        {
            return missing;
        }

        foreach (var blob in unknown)
        {
            using var scan = _scanner.Begin();
            if (objects.Stream(blob, scan.Push, cancellationToken) is { } failure)
            {
                return failure;
            }

            _scanner.Verdicts.Add(blob, scan.Verdict);
            if (!Keep(blob, scan.Verdict))
            {
                return TooManyFindings();
            }
        }

        return null;
    }

    private bool Keep(GitOid id, ContentVerdict verdict)
    {
        if (verdict.IsClean)
        {
            return true;
        }

        lock (_gate)
        {
            _found[id] = verdict;
            return (_findings += verdict.Found.Length) <= limits.MaxFindings;
        }
    }

    private GitFailure TooManyFindings() =>
        GitFailure.TooLarge($"what the push brings holds more than {limits.MaxFindings} secrets, old ones among them (limit {nameof(ChangeLimits.MaxFindings)}): push fewer commits at once");

    private sealed class Reader(AddedContent added) : IContentReader
    {
        private WriteScan? _scan;

        public bool Begin(GitOid id)
        {
            if (added._scanner.Verdicts.TryGet(id, out var known) && added.Keep(id, known))
            {
                return false;
            }

            _scan = added._scanner.Begin();
            return true;
        }

        public void Take(ReadOnlySpan<byte> piece, bool end) => _scan!.Push(piece, end);

        public GitFailure? End(GitOid id, GitObjectType type)
        {
            using var scan = _scan!;
            added._scanner.Verdicts.Add(id, scan.Verdict);
            return added.Keep(id, scan.Verdict) ? null : added.TooManyFindings();
        }
    }

    /// <summary>The files that stood where a commit changes something.</summary>
    private sealed class OldFiles : ITreeFindings
    {
        public HashSet<GitOid> Blobs { get; } = [];

        public void Changed(string path, TreeEntryFacts? old, TreeEntryFacts? now)
        {
            if (old is not null && old.Mode != FileModes.Submodule)
            {
                Blobs.Add(old.Id);
            }
        }

        public void Introduces(GitOid tree)
        {
            // Only files hold something.
        }
    }
}
