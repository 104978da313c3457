using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>Approvals in memory. It counts every attempt to change one; what pages never do throws.</summary>
internal sealed class FakeDesk(TimeProvider time) : IApprovalDesk, INoticeBoard
{
    private readonly Dictionary<ApprovalId, (Approval Approval, ApprovalSnapshot? Snapshot)> _kept = [];

    /// <summary>Every call that could have changed something.</summary>
    public List<string> Attempts { get; } = [];

    public List<NoticeStatus> Notices { get; } = [];

    /// <summary>Thrown by the next calls; null when the desk works.</summary>
    public Exception? Down { get; set; }

    public Approval this[ApprovalId id] => _kept[id].Approval;

    public void Put(Approval approval, ApprovalSnapshot? snapshot) => _kept[approval.Id] = (approval, snapshot);

    public ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return ValueTask.FromResult(_kept.TryGetValue(id, out var found) ? found.Approval : null);
    }

    public ValueTask<ApprovalSnapshot?> ReadSnapshotAsync(Approval approval, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_kept[approval.Id].Snapshot);

    public ValueTask<ApprovalStep?> VoteAsync(ApprovalId id, Caller approver, ApprovalVerdict verdict, string reason, CancellationToken cancellationToken)
    {
        Attempts.Add($"{verdict} by {approver.DisplayName}: {reason}");
        ThrowIfDown();
        if (!_kept.TryGetValue(id, out var found))
        {
            return ValueTask.FromResult<ApprovalStep?>(null);
        }

        var approval = found.Approval;
        var refusal = approval switch
        {
            _ when approver.Kind != CallerKind.Person => ApprovalRefusal.NotAPerson,
            { Status: not ApprovalStatus.Pending } => ApprovalRefusal.NotPending,
            _ when approval.Requester.Person == approver.Person => ApprovalRefusal.OwnRequest,
            _ when !approval.Requirements.Any(one => one.ApproverGroups.Any(approver.Groups.Contains)) => ApprovalRefusal.NotAnApprover,
            _ when approval.Votes.Any(vote => vote.Person == approver.Person) => ApprovalRefusal.AlreadyVoted,
            _ when verdict == ApprovalVerdict.Deny && reason.Length == 0 => ApprovalRefusal.ReasonMissing,
            _ => (ApprovalRefusal?)null,
        };
        if (refusal is { } why)
        {
            return ValueTask.FromResult<ApprovalStep?>(new ApprovalStep.Refused(why, $"{why}") { Approval = approval });
        }

        var now = time.GetUtcNow();
        var votes = approval.Votes.Add(new ApprovalVote(approver.Person, approver.DisplayName, [.. approver.Groups], verdict, reason, now));
        var met = approval.Requirements.All(need => votes.Count(vote =>
            vote.Verdict == ApprovalVerdict.Approve && vote.Groups.Any(group => need.ApproverGroups.Contains(group))) >= need.Quorum);
        approval = approval with
        {
            Votes = votes,
            Status = verdict == ApprovalVerdict.Deny ? ApprovalStatus.Denied : met ? ApprovalStatus.Approved : ApprovalStatus.Pending,
            Settled = verdict == ApprovalVerdict.Deny || met ? now : null,
            Ended = verdict == ApprovalVerdict.Deny ? now : null,
        };
        Put(approval, found.Snapshot);
        return ValueTask.FromResult<ApprovalStep?>(new ApprovalStep.Moved { Approval = approval });
    }

    public ValueTask<ApprovalStep?> CancelAsync(ApprovalId id, Caller requester, CancellationToken cancellationToken)
    {
        Attempts.Add($"Cancel by {requester.DisplayName}");
        ThrowIfDown();
        var (approval, snapshot) = _kept[id];
        if (approval.Requester.Person != requester.Person)
        {
            return ValueTask.FromResult<ApprovalStep?>(new ApprovalStep.Refused(ApprovalRefusal.NotTheRequester, "no") { Approval = approval });
        }

        approval = approval with { Status = ApprovalStatus.Cancelled, Settled = time.GetUtcNow(), Ended = time.GetUtcNow() };
        Put(approval, snapshot);
        return ValueTask.FromResult<ApprovalStep?>(new ApprovalStep.Moved { Approval = approval });
    }

    public async IAsyncEnumerable<Approval> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfDown();
        await Task.CompletedTask;
        foreach (var (approval, _) in _kept.Values.OrderByDescending(static one => one.Approval.Created))
        {
            yield return approval;
        }
    }

    public ValueTask<ImmutableArray<NoticeStatus>> ReadAsync(ApprovalId id, CancellationToken cancellationToken) => ValueTask.FromResult<ImmutableArray<NoticeStatus>>([.. Notices]);

    public ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken) => throw new NotSupportedException("Pages open nothing.");

    public ValueTask<ApprovalStep?> UseAsync(
        ApprovalId id, Fingerprint fingerprint, IReadOnlyList<ApprovalRequirement> required, string request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Pages use nothing.");

    private void ThrowIfDown()
    {
        if (Down is not null)
        {
            throw Down;
        }
    }
}
