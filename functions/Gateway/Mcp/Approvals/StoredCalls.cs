using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>
/// The calls that wait for approvals, in State, where every instance finds them. One is sealed for its approval, its person and their client, so that it opens for nobody else; it is
/// taken by one conditional create, before it is performed, and so never twice.
/// </summary>
internal sealed class StoredCalls(IBlobStore blobs, IStateStore state, ISecretSealer sealer, TimeProvider time)
{
    private const string Calls = "mcp-call";
    private const string Taken = "mcp-taken";

    // As long as anybody may ask what became of it.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Keeps a call until its approval is over. The same call of the same client again is the one that is kept.</summary>
    public async ValueTask KeepAsync(Caller caller, Approval approval, StoredCall call, CancellationToken cancellationToken)
    {
        using var box = new MemoryStream(sealer.Seal(PurposeOf(caller, approval.Id), call.Write()), writable: false);
        await blobs.CreateAsync(KeyOf(caller, approval.Id), box, EndOf(approval), cancellationToken);
    }

    /// <summary>The call that this caller's client has waiting for an approval; null when there is none.</summary>
    public async ValueTask<StoredCall?> FindAsync(Caller caller, ApprovalId id, CancellationToken cancellationToken)
    {
        await using var stored = await blobs.OpenReadAsync(KeyOf(caller, id), cancellationToken);
        if (stored is null)
        {
            return null;
        }

        using var box = new MemoryStream();
        await stored.CopyToAsync(box, cancellationToken);
        return sealer.Unseal(PurposeOf(caller, id), box.GetBuffer().AsSpan(0, (int)box.Length)) is { } json
            ? StoredCall.Read(json)
            : throw new StateUnavailableException($"the call that waits for {id} cannot be opened");
    }

    /// <summary>Takes the call of an approval. True once, for whoever came first from any instance.</summary>
    public async ValueTask<bool> TakeAsync(Approval approval, string reference, CancellationToken cancellationToken) =>
        await state.CreateAsync(new(Taken, approval.Id.Value), Write(new(time.GetUtcNow(), reference, null)), EndOf(approval), cancellationToken) is not null;

    /// <summary>Notes what came of a call that was taken.</summary>
    public async ValueTask NoteAsync(ApprovalId id, string outcome, CancellationToken cancellationToken)
    {
        if (await state.ReadAsync(new(Taken, id.Value), cancellationToken) is { } record && Read(record) is { } taken)
        {
            await state.ReplaceAsync(record.Key, Write(taken with { Outcome = outcome }), record.Version, record.Expires, cancellationToken);
        }
    }

    /// <summary>When, by which request and with what outcome a call was taken; null when it was not.</summary>
    public async ValueTask<TakenCall?> FindTakenAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await state.ReadAsync(new(Taken, id.Value), cancellationToken) is { } record ? Read(record) : null;

    private static DateTimeOffset EndOf(Approval approval) => approval.Expires + approval.Valid + Kept;

    private static StateKey KeyOf(Caller caller, ApprovalId id) => new(Calls, $"{id.Value}.{Digest(caller)}");

    private static string PurposeOf(Caller caller, ApprovalId id) => $"{Calls} {id.Value} {Digest(caller)}";

    private static string Digest(Caller caller) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Person.Issuer}\n{caller.Person.Subject}\n{caller.Client}")));

    private static byte[] Write(TakenCall taken) => JsonSerializer.SerializeToUtf8Bytes(taken);

    private static TakenCall? Read(StateRecord record) => JsonSerializer.Deserialize<TakenCall>(record.Value.Span);
}

/// <summary>A stored call that was taken.</summary>
/// <param name="At">When.</param>
/// <param name="Request">By which request.</param>
/// <param name="Outcome">What came of it, in words; null when that is not known, as while it is under way.</param>
internal sealed record TakenCall(DateTimeOffset At, string Request, string? Outcome);
