using System.Text.Json;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// That an approval was used, as one conditional create in State (<c>approval-use</c>) that comes before everything else: whatever happens to the process
/// afterwards, it was used.
/// </summary>
internal sealed class ApprovalUses(IStateStore state, ApprovalOptions options)
{
    public const string Collection = "approval-use";

    /// <summary>True for exactly one caller, ever.</summary>
    public async ValueTask<bool> TryTakeAsync(Approval approval, ApprovalUse use, CancellationToken cancellationToken)
    {
        var value = JsonSerializer.SerializeToUtf8Bytes(use, ApprovalJson.Default.ApprovalUse);
        return await state.CreateAsync(KeyOf(approval), value, options.KeptUntil(approval), cancellationToken) is not null;
    }

    /// <summary>The approval as the marks have it: one that is marked is used, also when its home does not know yet.</summary>
    public async ValueTask<Approval> SeenAsync(Approval approval, CancellationToken cancellationToken) =>
        await FindAsync(approval, cancellationToken) is { } use ? ApprovalMachine.Apply(approval, EventOf(use)).Approval : approval;

    /// <summary>The use of an approved one that its home does not know of; null when there is none.</summary>
    public async ValueTask<ApprovalUse?> FindAsync(Approval approval, CancellationToken cancellationToken)
    {
        if (approval.Status != ApprovalStatus.Approved || await state.ReadAsync(KeyOf(approval), cancellationToken) is not { } record)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(record.Value.Span, ApprovalJson.Default.ApprovalUse)
                ?? throw new StateUnavailableException($"the mark of {approval.Id}'s use is empty");
        }
        catch (JsonException e)
        {
            throw new StateUnavailableException($"the mark of {approval.Id}'s use is unreadable", e);
        }
    }

    public static ApprovalEvent.Used EventOf(ApprovalUse use) => new(use.Request, use.At);

    private static StateKey KeyOf(Approval approval) => new(Collection, approval.Id.Value);
}
