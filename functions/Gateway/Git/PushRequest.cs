using System.Buffers;
using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Git.Pushing;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// A push: one operation per ref command, all or nothing. What it changes is worked out from its pack, which is spooled first and then sent on,
/// byte for byte, behind the rebuilt head.
/// </summary>
internal sealed class PushRequest(GitRoute route, ReceivePackRequest parsed, GitBody body, PushServices services) : GitRequest(route), IApprovable
{
    private ExaminedPush? _examined;
    private bool _seesEverything;

    public override IReadOnlyList<Operation> Operations { get; } = [.. parsed.Updates.Select(update => Operation.Push(route.Repository, update))];

    public override bool IsEffectPending => true;

    public override IApprovable Approvable => this;

    /// <summary>The push, understood.</summary>
    public ReceivePackRequest Parsed => parsed;

    /// <summary>Its body; the pack stands at its beginning until the push is examined.</summary>
    public GitBody Body => body;

    public ImmutableArray<string> Summary => ChangeSummary.Lines(Examined.Changes);

    public string Again => "push again once approved";

    private ExaminedPush Examined => _examined ?? throw new InvalidOperationException("A push is examined before anything is done with it.");

    public override async ValueTask<Outcome<IReadOnlyList<Operation>>> ExamineAsync(
        IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        if (!(await services.Examiner.ExamineAsync(parsed, body, upstream, preview, cancellationToken)).Succeeded(out var examined, out var refusal))
        {
            return refusal;
        }

        _examined = examined;
        _seesEverything = preview.SeesEverything;
        return Outcome<IReadOnlyList<Operation>>.Of(
            [.. examined.Changes.Select(change => Operation.Push(Route.Repository, change.ToUpdate(examined.Spool.Length)))]);
    }

    public Fingerprint FingerprintFor(PersonId person, TargetIdentity target) => Fingerprints.OfPush(person, ((RepositoryIdentity)target).Id, parsed.Updates);

    public async ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        var snapshot = await services.Snapshots.BuildAsync(Examined.Changes, Examined.Pack, Examined.Upstream, cancellationToken);
        return snapshot.Succeeded ? snapshot.Value with { HidesFilesFromRequester = !_seesEverything } : throw new CannotShowException(snapshot.Failure);
    }

    public IWaitingCaller? WaitOn(HttpContext context) => parsed.Capabilities is { SideBand64k: true, WantsReport: true }
        ? new PushWait(context, Summary, services.Time)
        : null;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var head = new ArrayBufferWriter<byte>();
        parsed.WriteHead(head, UpstreamGit.Agent);
        var report = new ReportStatusReader(parsed.Capabilities);
        return Post(
            repository,
            new HeadedStream(head.WrittenMemory, Examined.Spool.OpenRead()),
            isV2: false,
            mask => (upstream, caller, cancellationToken) => parsed.Capabilities.SideBand64k
                ? RemoteMessages.RunAsync(upstream, caller, report, mask, cancellationToken)
                : ObservedCopy.RunAsync(upstream, caller, report, cancellationToken)) with
        {
            Results = () => Describe(report.Status),
        };
    }

    private static ImmutableArray<string> Describe(ReportStatus status)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (status.Unpack is not null)
        {
            lines.Add($"unpack {status.Unpack}");
        }

        lines.AddRange(status.Refs.Select(static each => each.Error is null ? $"ok {each.Ref}" : $"ng {each.Ref} {each.Error}"));
        if (status.Dropped > 0)
        {
            lines.Add($"and {status.Dropped} refs more");
        }

        if (status.Fatal is not null)
        {
            lines.Add($"fatal {status.Fatal}");
        }

        if (!status.Complete)
        {
            lines.Add("the upstream's report is not complete");
        }

        return lines.ToImmutable();
    }
}
