using System.Runtime.CompilerServices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>The desk over any home. What must happen once happens in State; what people attempt is in the ledger before it takes effect.</summary>
public sealed class ApprovalDesk : IApprovalDesk
{
    private readonly IApprovalHome _home;
    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly ApprovalUses _uses;
    private readonly SnapshotStore _snapshots;
    private readonly ApprovalOpening _opening;

    /// <summary>A desk.</summary>
    /// <param name="home">Where approvals live.</param>
    /// <param name="state">Where marks are kept that must be made once.</param>
    /// <param name="blobs">Where snapshots are kept.</param>
    /// <param name="ledger">Where everything is recorded first.</param>
    /// <param name="options">How long things are kept.</param>
    /// <param name="time">The clock.</param>
    public ApprovalDesk(IApprovalHome home, IStateStore state, IBlobStore blobs, ILedger ledger, ApprovalOptions options, TimeProvider time)
    {
        _home = home;
        _ledger = ledger;
        _time = time;
        _uses = new ApprovalUses(state, options);
        _snapshots = new SnapshotStore(blobs);
        _opening = new ApprovalOpening(home, _uses, state, _snapshots, ledger, options, time);
    }

    /// <inheritdoc/>
    public ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Requirements.IsDefaultOrEmpty)
        {
            throw new ArgumentException("An approval that nobody has to give.", nameof(request));
        }

        return _opening.OpenAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await _home.FindAsync(id, cancellationToken) is { } found ? await SeenAsync(found, cancellationToken) : null;

    /// <inheritdoc/>
    public ValueTask<ApprovalSnapshot?> ReadSnapshotAsync(Approval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        return _snapshots.ReadAsync(approval, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ApprovalStep?> VoteAsync(
        ApprovalId id, Caller approver, ApprovalVerdict verdict, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approver);
        ArgumentNullException.ThrowIfNull(reason);
        if (await FindAsync(id, cancellationToken) is not { } approval)
        {
            return null;
        }

        var groups = approver.Groups.Order(StringComparer.Ordinal);
        var vote = new ApprovalVote(approver.Person, approver.DisplayName, [.. groups], verdict, reason.Trim(), _time.GetUtcNow());
        var attempt = new Attempt("vote", approver.Person, Request: null, Session: null, vote.At);
        return await AttemptAsync(approval, new ApprovalEvent.Voted(vote, approver.Kind), ApprovalRecording.Voted(approval, vote), attempt, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ApprovalStep?> CancelAsync(ApprovalId id, Caller requester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requester);
        if (await FindAsync(id, cancellationToken) is not { } approval)
        {
            return null;
        }

        var happened = new ApprovalEvent.Cancelled(requester.Person, _time.GetUtcNow());
        var attempt = new Attempt("cancel", requester.Person, Request: null, Session: null, happened.At);
        return await AttemptAsync(approval, happened, ApprovalRecording.Cancelled(approval, happened), attempt, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ApprovalStep?> UseAsync(
        ApprovalId id, Fingerprint fingerprint, IReadOnlyList<ApprovalRequirement> required, string request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(required);
        if (await FindAsync(id, cancellationToken) is not { } approval)
        {
            return null;
        }

        var used = new ApprovalEvent.Used(request, _time.GetUtcNow());
        var attempt = new Attempt("use", approval.Requester.Person, request, approval.Requester.Session, used.At);
        if (approval.Fingerprint != fingerprint)
        {
            return await RefuseAsync(
                new(ApprovalRefusal.OtherOperation, "What is about to be done is not what was approved.") { Approval = approval }, attempt, cancellationToken);
        }

        if (ApprovalMachine.Apply(approval, used) is ApprovalStep.Refused refused)
        {
            return await RefuseAsync(refused, attempt, cancellationToken);
        }

        if (!Quorums.AreMet(approval.Votes, required, approval.Requester.Person))
        {
            return await OvertakeAsync(approval, attempt, cancellationToken);
        }

        await _ledger.AppendAsync([ApprovalRecording.Used(approval, used)], cancellationToken);
        try
        {
            return await TakeAsync(approval, used, attempt, cancellationToken);
        }
        catch (StateUnavailableException)
        {
            await _ledger.AppendAsync([ApprovalRecording.Broken(approval, attempt)], CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Approval> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new List<Approval>();
        await foreach (var approval in _home.ListAsync(cancellationToken))
        {
            all.Add(await SeenAsync(approval, cancellationToken));
        }

        foreach (var approval in all.OrderByDescending(static one => one.Created).ThenBy(static one => one.Id.Value, StringComparer.Ordinal))
        {
            yield return approval;
        }
    }

    // As it is now, whether or not its home has noticed: used if it is marked as used, over if its time is.
    private async ValueTask<Approval> SeenAsync(Approval approval, CancellationToken cancellationToken) =>
        ApprovalMachine.AsOf(await _uses.SeenAsync(approval, cancellationToken), _time.GetUtcNow());

    private async ValueTask<ApprovalStep?> AttemptAsync(
        Approval approval, ApprovalEvent happened, AuditEvent intent, Attempt attempt, CancellationToken cancellationToken)
    {
        // No refusal is ever taken back by what others do meanwhile, so the home need not be asked.
        if (ApprovalMachine.Apply(approval, happened) is ApprovalStep.Refused refused)
        {
            return await RefuseAsync(refused, attempt, cancellationToken);
        }

        await _ledger.AppendAsync([intent], cancellationToken);
        ApprovalStep? step;
        try
        {
            step = await _home.SendAsync(approval.Id, happened, cancellationToken);
        }
        catch (StateUnavailableException)
        {
            await _ledger.AppendAsync([ApprovalRecording.Broken(approval, attempt)], CancellationToken.None);
            throw;
        }

        return step is ApprovalStep.Refused late ? await RefuseAsync(late, attempt, cancellationToken) : step;
    }

    private async ValueTask<ApprovalStep?> TakeAsync(Approval approval, ApprovalEvent.Used used, Attempt attempt, CancellationToken cancellationToken)
    {
        if (!await _uses.TryTakeAsync(approval, new ApprovalUse(used.Request, used.At), cancellationToken))
        {
            var seen = await FindAsync(approval.Id, cancellationToken) ?? approval;
            return await RefuseAsync(
                new(ApprovalRefusal.NotApproved, "It cannot be used: another request was quicker.") { Approval = seen }, attempt, cancellationToken);
        }

        // It is used up from here on, whatever happens; giving up now would only leave the home behind.
        return await _home.SendAsync(approval.Id, used, CancellationToken.None) switch
        {
            // The home may have heard of it from somebody who saw the mark; still there is one mark, and it is this request's.
            ApprovalStep.Refused { Approval.Status: ApprovalStatus.Used } told => new ApprovalStep.Moved { Approval = told.Approval },
            ApprovalStep.Refused late => await RefuseAsync(late, attempt, cancellationToken),
            var step => step,
        };
    }

    private async ValueTask<ApprovalStep> OvertakeAsync(Approval approval, Attempt attempt, CancellationToken cancellationToken)
    {
        const string Reason = "The policy now asks for more than was decided.";
        var refused = new ApprovalStep.Refused(ApprovalRefusal.NotEnough, Reason) { Approval = approval };
        _ = await RefuseAsync(refused, attempt, cancellationToken);
        var step = await _home.SendAsync(approval.Id, new ApprovalEvent.Overtaken(Reason, attempt.At), cancellationToken);
        return step is null ? refused : refused with { Approval = await SeenAsync(step.Approval, cancellationToken) };
    }

    private async ValueTask<ApprovalStep> RefuseAsync(ApprovalStep.Refused refused, Attempt attempt, CancellationToken cancellationToken)
    {
        await _ledger.AppendAsync([ApprovalRecording.Refused(refused, attempt)], cancellationToken);
        return refused;
    }
}
