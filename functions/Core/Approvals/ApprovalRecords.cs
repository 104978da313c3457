using System.Runtime.CompilerServices;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Approvals in State (<c>approval</c>), and a list of those that still have something coming (<c>approval-live</c>), so that the clock's work does not grow
/// with what is only kept.
/// </summary>
internal sealed class ApprovalRecords(IStateStore state, ApprovalOptions options)
{
    public const string Collection = "approval";
    public const string LiveCollection = "approval-live";

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>Null when there is none of that id.</summary>
    /// <exception cref="StateUnavailableException">State cannot be read, or what it holds is no approval.</exception>
    public async ValueTask<StoredApproval?> ReadAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await state.ReadAsync(KeyOf(id), cancellationToken) is { } record
            ? Parse(record) ?? throw new StateUnavailableException($"the record of {id} is unreadable")
            : null;

    /// <summary>False when there is one of that id.</summary>
    public async ValueTask<StoredApproval?> CreateAsync(Approval approval, CancellationToken cancellationToken)
    {
        // Listed first: an approval that nobody lists would never expire by itself. An entry without an approval goes by its own expiry.
        _ = await state.CreateAsync(LiveKeyOf(approval.Id), Nothing, options.KeptUntil(approval), cancellationToken);
        var record = new ApprovalRecord(approval, Told: null, Reminded: false);
        return await state.CreateAsync(KeyOf(approval.Id), record.ToBytes(), options.KeptUntil(approval), cancellationToken) is { } version
            ? new(record, version)
            : null;
    }

    /// <summary>Null when it was changed meanwhile.</summary>
    public async ValueTask<StoredApproval?> ReplaceAsync(StoredApproval stored, ApprovalRecord next, CancellationToken cancellationToken) =>
        await state.ReplaceAsync(KeyOf(next.Approval.Id), next.ToBytes(), stored.Version, options.KeptUntil(next.Approval), cancellationToken) is { } version
            ? new(next, version)
            : null;

    /// <summary>All that are kept; null for a record that is none.</summary>
    public async IAsyncEnumerable<(string Id, StoredApproval? Stored)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in state.ListAsync(Collection, cancellationToken))
        {
            yield return (record.Key.Id, Parse(record));
        }
    }

    /// <summary>Those that still have something coming.</summary>
    public async ValueTask<IReadOnlyList<StateRecord>> LiveAsync(CancellationToken cancellationToken)
    {
        var live = new List<StateRecord>();
        await foreach (var record in state.ListAsync(LiveCollection, cancellationToken))
        {
            live.Add(record);
        }

        return live;
    }

    /// <summary>Takes one off the list.</summary>
    public async ValueTask ForgetLiveAsync(StateRecord listed, CancellationToken cancellationToken) =>
        _ = await state.DeleteAsync(listed.Key, listed.Version, cancellationToken);

    private static StoredApproval? Parse(StateRecord record) =>
        ApprovalRecord.FromBytes(record.Value) is { } parsed && string.Equals(parsed.Approval.Id.Value, record.Key.Id, StringComparison.Ordinal)
            ? new(parsed, record.Version)
            : null;

    private static StateKey KeyOf(ApprovalId id) => new(Collection, id.Value);

    private static StateKey LiveKeyOf(ApprovalId id) => new(LiveCollection, id.Value);
}

/// <summary>A record as read, and what to hand back to change it.</summary>
internal sealed record StoredApproval(ApprovalRecord Record, StateVersion Version)
{
    public Approval Approval => Record.Approval;

    public bool IsTold => Record.Told == Approval.Status;
}
