using System.Runtime.CompilerServices;
using Azure;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Reads a ledger, also one that brokers are writing. Streams, and changes nothing.</summary>
internal sealed class AppendBlobLedgerReader(LedgerBlobs blobs, LedgerNotes notes) : ILedgerReader
{
    private readonly LedgerTrail _trail = new(blobs);

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerRecord> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var records = ReadAllAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(() => records.MoveNextAsync()))
        {
            yield return records.Current;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The note may be one append behind the records, so those after it are followed, verifying. If they do not hold, the note itself is the head:
    /// verifying the records against it then names what is wrong.
    /// </remarks>
    public ValueTask<LedgerHead> ReadHeadAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var note = await notes.FindAsync(cancellationToken) ?? throw NoLedger();
        try
        {
            return (await _trail.FindAsync(note, cancellationToken)).Head;
        }
        catch (InvalidDataException)
        {
            return note.Head;
        }
    });

    private async IAsyncEnumerable<LedgerRecord> ReadAllAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var note = await notes.FindAsync(cancellationToken) ?? throw NoLedger();
        var start = await FindStartAsync(note, after, cancellationToken);
        while (start is { } from)
        {
            await foreach (var record in ReadBlobAsync(from.Blob, from.Line, after, cancellationToken))
            {
                yield return record;
                after = Math.Max(after, record.Sequence);
            }

            start = await NextAsync(from.Blob, after, cancellationToken);
        }
    }

    /// <summary>Where to begin: at the note when that is early enough, else at the beginning of the blob that has the next record.</summary>
    private async ValueTask<(long Blob, long Line)?> FindStartAsync(LedgerNote note, long after, CancellationToken cancellationToken)
    {
        if (note.Blob != 0 && after >= note.Head.Sequence)
        {
            return (note.Blob, note.Line);
        }

        long? found = null;
        await foreach (var first in blobs.ListAsync(cancellationToken))
        {
            if (found is not null && first > after + 1)
            {
                break;
            }

            found = first;
        }

        return found is { } blob ? (blob, 0) : null;
    }

    /// <summary>The blob that the newest record leads to; else any later one there is: what is missing must show as a gap, not as the end.</summary>
    private async ValueTask<(long Blob, long Line)?> NextAsync(long blob, long after, CancellationToken cancellationToken)
    {
        if (after >= blob && await blobs.FindAsync(after + 1, cancellationToken) is not null)
        {
            return (after + 1, 0);
        }

        await foreach (var first in blobs.ListAsync(cancellationToken))
        {
            if (first > blob)
            {
                return (first, 0);
            }
        }

        return null;
    }

    /// <summary>A blob's records, to its end as of now. When a download breaks off, it goes on after the last record given.</summary>
    private async IAsyncEnumerable<LedgerRecord> ReadBlobAsync(
        long first, long line, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var attempt = 1; ;)
        {
            using var part = await blobs.OpenAsync(first, line, cancellationToken);
            if (part is null || part.Blob.Length < line)
            {
                throw new InvalidDataException($"{LedgerTail.NameOf(first)} is gone or has become shorter. Verify the ledger.");
            }

            await using var records = part.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                var more = false;
                Exception? broken = null;
                try
                {
                    more = await records.MoveNextAsync();
                }
                catch (Exception failed) when (StorageRetry.IsOurs(failed, cancellationToken))
                {
                    broken = failed;
                }

                if (broken is not null)
                {
                    await blobs.Retry.PauseOrGiveUpAsync(attempt++, broken, cancellationToken);
                    break;
                }

                if (!more)
                {
                    yield break;
                }

                if (records.Current.Sequence > after)
                {
                    yield return records.Current;
                    after = records.Current.Sequence;
                    attempt = 1;
                }
            }
        }
    }

    private LedgerUnavailableException NoLedger() => new(
        $"There is no ledger in the container {blobs.Container}. Are that and the State container those that the broker runs with?");

    private static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failed) when (failed is StorageException or RequestFailedException or InvalidDataException or StateUnavailableException)
        {
            throw new LedgerUnavailableException($"The ledger cannot be read: {StorageFailure.Explain(failed)}", failed);
        }
    }
}
