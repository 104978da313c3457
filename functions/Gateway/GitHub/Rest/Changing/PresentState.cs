using System.Text.Json;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>A repository as GitHub has it now, for whoever asks: its refs, its objects, what its API tells.</summary>
internal sealed class PresentState(IUpstreamReader upstream, Preview preview, ChangeServices services)
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;
    private const ObjectFormat Format = ObjectFormat.Sha1;

    /// <summary>No commit.</summary>
    public static GitOid Zero => ObjectFormats.Zero(Format);

    /// <summary>The repository.</summary>
    public RepositoryIdentity Repository => upstream.Repository;

    /// <summary>Whether nothing of the repository is hidden from the caller.</summary>
    public bool SeesEverything => preview.SeesEverything;

    /// <summary>Questions about names and ids that may be read from several refs.</summary>
    public RepositoryLookup Lookup { get; } = new(upstream, preview, upstream.Repository.Name);

    /// <summary>Whether the caller may know of a ref.</summary>
    public bool Shows(RefName name) => preview.Visible.Shows(name);

    /// <summary>Where these refs stand, and the others that the caller may see.</summary>
    public ValueTask<Outcome<UpstreamTips>> TipsAsync(IReadOnlyCollection<RefName> refs, CancellationToken cancellationToken) =>
        UpstreamTips.ReadAsync(upstream, refs, null, preview.Visible, cancellationToken);

    /// <summary>Asks the API for something below the repository; null when there is no such thing.</summary>
    public async ValueTask<Outcome<Answered>> AskAsync(string path, CancellationToken cancellationToken)
    {
        var asked = $"repos/{Repository.Name.Owner}/{Repository.Name.Name}{path}";
        if (!(await upstream.AskAsync(asked, MaxAnswerBytes, cancellationToken)).Succeeded(out var reply, out var refusal))
        {
            return refusal;
        }

        if (reply.Status != 200)
        {
            return new Answered(null);
        }

        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            return new Answered(document.RootElement.Clone());
        }
        catch (JsonException bad)
        {
            return Unreadable(asked, bad.Message);
        }
    }

    /// <summary>The default branch.</summary>
    public async ValueTask<Outcome<RefName>> DefaultBranchAsync(CancellationToken cancellationToken)
    {
        if (!(await AskAsync("", cancellationToken)).Succeeded(out var answer, out var refusal))
        {
            return refusal;
        }

        return answer.Text("default_branch") is { } name && RefName.TryParse($"refs/heads/{name}", out var branch) ? branch : Unreadable("the repository", "no default_branch");
    }

    /// <summary>Works out what updates do whose objects are all at GitHub.</summary>
    public ValueTask<Outcome<PushInspection>> InspectAsync(IReadOnlyList<RefUpdate> updates, UpstreamTips tips, CancellationToken cancellationToken) => LookAsync(
        (inspector, stop) => inspector.InspectAsync(updates, Format, tips.Default, SeesEverything ? null : tips.Shown, stop), cancellationToken);

    /// <summary>Works out what a merge brings that GitHub is to make.</summary>
    public ValueTask<Outcome<ChangeSet>> InspectAsync(Merge merge, UpstreamTips tips, CancellationToken cancellationToken) => LookAsync(
        (inspector, stop) => inspector.InspectMergeAsync(merge, Format, SeesEverything ? null : tips.Shown, stop), cancellationToken);

    /// <summary>What stands at a path of a commit.</summary>
    public ValueTask<Outcome<PathState>> LookUpAsync(GitOid commit, string path, CancellationToken cancellationToken) => LookAsync(
        (inspector, stop) => inspector.LookUpAsync(commit, path, Format, stop), cancellationToken);

    /// <summary>What stands at several paths of a commit, in their order.</summary>
    public ValueTask<Outcome<IReadOnlyList<PathState>>> LookUpAsync(GitOid commit, IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => LookAsync(
        (inspector, stop) => inspector.LookUpAsync(commit, paths, Format, stop), cancellationToken);

    /// <summary>The secrets that these files add to a commit's; a refusal when one holds a mask.</summary>
    /// <param name="commit">The commit; null for none.</param>
    /// <param name="files">The files as they are written.</param>
    /// <param name="removed">Paths that are taken away with it, from where a secret may have been moved.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Outcome<FoundSecrets>> AddedAsync(
        GitOid? commit, IReadOnlyCollection<KeyValuePair<string, byte[]>> files, IReadOnlyCollection<string> removed, CancellationToken cancellationToken)
    {
        var scanner = services.Scanners.Current;
        var found = files.Select(file => (Path: file.Key, Verdict: scanner.Scan(file.Value))).Where(static file => !file.Verdict.IsClean).ToList();
        foreach (var (path, verdict) in found)
        {
            if (verdict.Masks.FirstOrDefault() is { } mask)
            {
                return WriteRefusals.OfMask(Stage.Examine, path, mask.Line, mask.IsPlaceholder);
            }

            if (verdict.TooMany)
            {
                return WriteRefusals.OfTooMany(Stage.Examine, path);
            }
        }

        IReadOnlyList<ContentVerdict> old = [];
        if (found.Count > 0 && commit is not null)
        {
            if (!(await LookAsync((inspector, stop) => inspector.LookThroughAsync(commit, [.. files.Select(static file => file.Key), .. removed], Format, stop), cancellationToken))
                .Succeeded(out var there, out var refusal))
            {
                return refusal;
            }

            old = there;
        }

        return new FoundSecrets(
            [.. found.SelectMany(file => file.Verdict.AddedTo(old).Select(secret => new AddedSecret(file.Path, secret.Line, secret.Rule)))]);
    }

    /// <summary>
    /// How much is sent for refs to get this commit: nothing when some ref leads to it already; not known otherwise, since it was sent before, in pieces.
    /// </summary>
    public async ValueTask<Outcome<SentBytes>> SentForAsync(GitOid commit, UpstreamTips tips, CancellationToken cancellationToken)
    {
        // Whoever does not see everything gets no further with others.
        if (!SeesEverything || tips.Shown.Contains(commit))
        {
            return new SentBytes(0);
        }

        using var objects = Open();
        try
        {
            var fetch = await objects.FetchHistoryAsync([commit], tips.Shown, cancellationToken);
            return fetch.Succeeded ? new SentBytes(fetch.Value.Count == 0 ? 0 : null) : InspectionRefusals.From("change", fetch.Failure, objects);
        }
        catch (SpoolException full)
        {
            return InspectionRefusals.From(full);
        }
    }

    /// <summary>What approvers are shown.</summary>
    public async ValueTask<ApprovalSnapshot> ShowAsync(IReadOnlyList<ChangeSet> changes, IObjectSource sent, CancellationToken cancellationToken)
    {
        using var objects = Open();
        var snapshot = await services.Snapshots.BuildAsync(changes, sent, objects, cancellationToken);
        return snapshot.Succeeded ? snapshot.Value with { HidesFilesFromRequester = !SeesEverything } : throw new CannotShowException(snapshot.Failure);
    }

    /// <summary>An answer of GitHub's that makes no sense.</summary>
    public static Refusal Unreadable(string what, string detail) => new(
        Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer to a question of the broker's own cannot be read."), $"{what}: {detail}");

    private UpstreamObjects Open() => new(upstream, null, services.Spools, services.Options);

    // git-upload-pack's own words for an id that it does not have.
    private static Refusal Refuse(GitFailure failure, UpstreamObjects objects) =>
        failure.Kind == GitFailureKind.UpstreamRefused && failure.Message.Contains("not our ref", StringComparison.Ordinal)
            ? new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Object does not exist"), failure.Message)
            : InspectionRefusals.From("change", failure, objects);

    private async ValueTask<Outcome<T>> LookAsync<T>(Func<PushInspector, CancellationToken, ValueTask<GitResult<T>>> look, CancellationToken cancellationToken)
        where T : class
    {
        using var objects = Open();
        try
        {
            return await services.Turns.RunAsync<T>(
                async stop =>
                {
                    var result = await look(new PushInspector(objects, services.Options.Changes, services.Scanners.Current), stop);
                    return result.Succeeded ? Outcome<T>.Of(result.Value) : Refuse(result.Failure, objects);
                },
                cancellationToken);
        }
        catch (SpoolException full)
        {
            return InspectionRefusals.From(full);
        }
    }
}

/// <summary>How many bytes were sent.</summary>
/// <param name="Count">Zero or more; null when not known.</param>
internal sealed record SentBytes(long? Count);
