using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// Finds the end of the chain, going forward from a point that is known and verifying every record on the way. No blob is looked for by listing:
/// the next one's name is the number of its first record.
/// </summary>
internal sealed class LedgerTrail(LedgerBlobs blobs)
{
    private const string Mend = "Verify the ledger, keep it, and start a new one in another container.";

    /// <summary>From the noted head on. A ledger that no longer holds it was cut or rewritten.</summary>
    /// <exception cref="InvalidDataException">It was; or a record after it is wrong.</exception>
    public async ValueTask<LedgerTail> FindAsync(LedgerNote note, CancellationToken cancellationToken)
    {
        if (note.Head == LedgerHead.Empty)
        {
            return await FollowAsync(LedgerTail.Beginning, cancellationToken);
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var part = await blobs.OpenAsync(note.Blob, note.Line, cancellationToken);
                var head = part is null ? throw Cut(note) : await VerifyAsync(part, null, note.Head, cancellationToken);
                return await FollowAsync(Tail(part.Blob, head ?? throw Cut(note), note.Line), cancellationToken);
            }
            catch (Exception failed) when (StorageRetry.IsOurs(failed, cancellationToken))
            {
                await blobs.Retry.PauseOrGiveUpAsync(attempt, failed, cancellationToken);
            }
        }
    }

    /// <summary>From an end that was the newest once.</summary>
    /// <exception cref="InvalidDataException">What was there is gone, or a record after it is wrong.</exception>
    public async ValueTask<LedgerTail> FollowAsync(LedgerTail tail, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                tail = tail.Blob == 0 ? tail : await FollowInBlobAsync(tail, cancellationToken);
                if (!tail.IsFull || await blobs.FindAsync(tail.Head.Sequence + 1, cancellationToken) is not { } next)
                {
                    return tail;
                }

                if (next.Previous != tail.Head)
                {
                    throw new InvalidDataException(
                        $"{LedgerTail.NameOf(next.First)} follows {next.Previous}, but the record before it is {tail.Head}. {Mend}");
                }

                tail = new LedgerTail(next.First, next.Limit, 0, 0, next.ETag, tail.Head, 0);
                attempt = 0;
            }
            catch (Exception failed) when (StorageRetry.IsOurs(failed, cancellationToken))
            {
                await blobs.Retry.PauseOrGiveUpAsync(attempt, failed, cancellationToken);
            }
        }
    }

    private async ValueTask<LedgerTail> FollowInBlobAsync(LedgerTail tail, CancellationToken cancellationToken)
    {
        using var part = await blobs.OpenAsync(tail.Blob, tail.Length, cancellationToken);
        if (part is null || part.Blob.Length < tail.Length)
        {
            throw new InvalidDataException($"The ledger's newest record was {tail.Head.Sequence}, but its blob has become shorter. {Mend}");
        }

        var head = await VerifyAsync(part, tail.Head, null, cancellationToken);
        return Tail(part.Blob, head ?? tail.Head, part.Blob.Length == tail.Length ? tail.Line : tail.Length);
    }

    /// <summary>Verifies a part's records; the last one, or null when the one that must be among them is not.</summary>
    /// <param name="part">The part.</param>
    /// <param name="head">The record before; null to take the first record's word for it.</param>
    /// <param name="must">A record that must be among them; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private static async ValueTask<LedgerHead?> VerifyAsync(
        LedgerPart part, LedgerHead? head, LedgerHead? must, CancellationToken cancellationToken)
    {
        var met = must is null;
        await foreach (var record in part.ReadAsync(cancellationToken))
        {
            head ??= new LedgerHead(record.Sequence - 1, record.PreviousHash);
            var expected = LedgerChain.Next(head, record.Payload);
            if (record.Sequence != expected.Sequence || record.PreviousHash != expected.PreviousHash || record.Hash != expected.Hash)
            {
                throw new InvalidDataException($"Record {expected.Sequence} of the ledger was changed, or does not follow the one before. {Mend}");
            }

            head = new LedgerHead(record.Sequence, record.Hash);
            met |= head == must;
        }

        return met ? head : null;
    }

    private static LedgerTail Tail(LedgerBlob blob, LedgerHead head, long line) =>
        new(blob.First, blob.Limit, blob.Appends, blob.Length, blob.ETag, head, line);

    private static InvalidDataException Cut(LedgerNote note) => new(
        $"Record {note.Head.Sequence} was noted as the ledger's newest, but is not where it was: records were cut or changed. {Mend}");
}
