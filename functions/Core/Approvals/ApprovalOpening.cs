using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>Fingerprint -> current approval: at most one that waits or may be used.</summary>
/// <remarks>
/// The mark in State (<c>approval-current</c>, id = fingerprint) holds the approval as it was opened, whole, and is won by one conditional write. Only
/// then is the approval started, and whoever finds a mark whose approval was not started yet starts that very one, instead of taking its place: a
/// crash, or two at once, cannot leave two.
/// </remarks>
internal sealed class ApprovalOpening(
    IApprovalHome home, ApprovalUses uses, IStateStore state, SnapshotStore snapshots, ILedger ledger, ApprovalOptions options, TimeProvider time)
{
    public const string Collection = "approval-current";

    private const int MaxRaces = 100;

    public async ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        var key = new StateKey(Collection, request.Fingerprint.Value);
        Approval? mine = null;
        for (var race = 0; race < MaxRaces; race++)
        {
            var record = await state.ReadAsync(key, cancellationToken);
            if (record is not null && await CurrentAsync(Parse(record), cancellationToken) is { } current)
            {
                if (mine is not null && mine.Id != current.Id)
                {
                    await snapshots.DeleteAsync(mine.Id, cancellationToken);
                }

                return current;
            }

            if (mine is null)
            {
                await CheckRateAsync(request.Requester.Person, cancellationToken);
            }

            mine ??= await PrepareAsync(request, cancellationToken);
            if (await TryMarkAsync(key, record, mine, cancellationToken))
            {
                return await StartAsync(mine, cancellationToken);
            }
        }

        throw new StateUnavailableException("the current approval of a fingerprint keeps changing");
    }

    /// <summary>The marked approval if it stands for its fingerprint; null when it is over, and then it is so in its home as well.</summary>
    private async ValueTask<Approval?> CurrentAsync(Approval marked, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await home.FindAsync(marked.Id, cancellationToken) is not { } found)
        {
            // Homes keep an approval longer than it can wait. So this one was never started, or ended long ago.
            return marked.Expires > now ? await StartAsync(marked, cancellationToken) : null;
        }

        // Told to the home before anything takes its place, so that no vote can still reach it.
        if (await uses.FindAsync(found, cancellationToken) is { } use)
        {
            found = (await home.SendAsync(found.Id, ApprovalUses.EventOf(use), cancellationToken))?.Approval ?? found;
        }
        else if (!ReferenceEquals(ApprovalMachine.AsOf(found, now), found))
        {
            found = (await home.SendAsync(found.Id, new ApprovalEvent.TimePassed(now), cancellationToken))?.Approval ?? found;
        }

        var stands = found.Status is ApprovalStatus.Pending or ApprovalStatus.Approved
            || (found.Status == ApprovalStatus.Denied && found.Expires > now);
        return stands ? found : null;
    }

    private async ValueTask CheckRateAsync(PersonId person, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - TimeSpan.FromHours(1);
        var opened = 0;
        await foreach (var approval in home.ListAsync(cancellationToken))
        {
            opened += approval.Requester.Person == person && approval.Created > since ? 1 : 0;
        }

        if (opened >= options.MaxOpenedInAnHour)
        {
            throw new TooManyApprovalsException($"{person} opened {opened} approvals in the last hour (limit {nameof(ApprovalOptions.MaxOpenedInAnHour)})");
        }
    }

    private async ValueTask<Approval> PrepareAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        var (json, sha256) = SnapshotStore.Seal(await request.Snapshot(cancellationToken));
        var now = time.GetUtcNow();
        var approval = new Approval
        {
            Id = ApprovalId.New(),
            Fingerprint = request.Fingerprint,
            Requester = request.Requester,
            Target = request.Target,
            Summary = Bound(request.Summary),
            Requirements = request.Requirements,
            SnapshotSha256 = sha256,
            Created = now,
            Expires = now + request.Requirements.Min(static requirement => requirement.Expires),
            Valid = request.Requirements.Min(static requirement => requirement.Valid),
        };
        await snapshots.StoreAsync(approval.Id, json, options.KeptUntil(approval), cancellationToken);
        return approval;
    }

    private async ValueTask<bool> TryMarkAsync(StateKey key, StateRecord? over, Approval approval, CancellationToken cancellationToken)
    {
        var value = new ApprovalRecord(approval, Told: null, Reminded: false).ToBytes();

        // As long as it can stand for its fingerprint, and then some for clocks that differ.
        var expires = approval.Expires + approval.Valid + TimeSpan.FromHours(1);
        var version = over is null
            ? await state.CreateAsync(key, value, expires, cancellationToken)
            : await state.ReplaceAsync(key, value, over.Version, expires, cancellationToken);
        return version is not null;
    }

    private async ValueTask<Approval> StartAsync(Approval approval, CancellationToken cancellationToken)
    {
        await ledger.AppendAsync([ApprovalRecording.Opened(approval, time.GetUtcNow())], cancellationToken);
        return await home.StartAsync(approval, cancellationToken)
            ? approval
            : await home.FindAsync(approval.Id, cancellationToken) ?? throw new StateUnavailableException($"{approval.Id} was started and is not there");
    }

    private static Approval Parse(StateRecord record) =>
        ApprovalRecord.FromBytes(record.Value)?.Approval ?? throw new StateUnavailableException("the current approval of a fingerprint is unreadable");

    /// <summary>Longest line of a summary, in characters; what is cut says so.</summary>
    internal const int MaxLine = 300;

    private static ImmutableArray<string> Bound(ImmutableArray<string> lines)
    {
        var shown = lines.Length <= Approval.MaxSummary ? lines : lines[..(Approval.MaxSummary - 1)];
        var left = lines.Length - shown.Length;
        return
        [
            .. shown.Select(static line => line.Length <= MaxLine ? line : line[..(MaxLine - 1)] + "…"),
            .. left == 0 ? (string[])[] : [string.Create(CultureInfo.InvariantCulture, $"... and {left} more")],
        ];
    }
}
