using System.Security.Cryptography;
using Azure;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// Puts batches on the one chain that all instances share. An append is made under the condition that the blob ends where this instance has
/// verified it to end; if another instance was quicker, the new records are read and verified, and the batch is chained to them and tried again.
/// Used by one batch at a time.
/// </summary>
/// <param name="blobs">The Ledger's blobs.</param>
/// <param name="notes">The note of the head.</param>
/// <param name="appendsPerBlob">Appends after which the chain goes on in a new blob.</param>
/// <param name="time">Measures and waits.</param>
internal sealed class LedgerAppender(LedgerBlobs blobs, LedgerNotes notes, int appendsPerBlob, TimeProvider time)
{
    /// <summary>Longest time that others may be quicker, before a batch fails.</summary>
    internal static readonly TimeSpan LongestRace = TimeSpan.FromSeconds(30);

    /// <summary>How long another instance's record makes this one give way.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(10);

    /// <summary>How long such a giving way lasts at most, as a multiple of an append. Reading what came and appending to it takes two.</summary>
    private const int LongestGivingWay = 3;

    /// <summary>Lost races in a row after which the others are made to notice; then again after each time as many.</summary>
    private const int LossesBeforeKnocking = 2;

    private readonly LedgerTrail _trail = new(blobs);
    private LedgerTail? _tail;
    private (LedgerNote Note, Task<bool> Done)? _noting;
    private long? _otherSeen;
    private TimeSpan _lastAppend;

    /// <summary>Appends made so far.</summary>
    public long Appends { get; private set; }

    /// <summary>Appends a batch, all or nothing. An empty one only looks whether the ledger is in order.</summary>
    /// <exception cref="InvalidDataException">The ledger was cut or changed.</exception>
    /// <exception cref="StorageException">The account cannot be used.</exception>
    /// <exception cref="StateUnavailableException">The head before could not be noted: then nothing more is appended.</exception>
    public async ValueTask AppendAsync(IReadOnlyList<byte[]> payloads)
    {
        try
        {
            await AwaitNoteAsync();
            var tail = _tail is null ? await OpenAsync() : payloads.Count == 0 ? await _trail.FollowAsync(_tail, CancellationToken.None) : _tail;
            _tail = payloads.Count == 0 ? tail : await AppendAsync(tail, payloads);
        }
        catch (InvalidDataException)
        {
            // Looked at anew each time, until somebody has mended it.
            _tail = null;
            throw;
        }
    }

    /// <summary>Waits until the newest record is noted.</summary>
    /// <exception cref="StateUnavailableException">It could not be noted.</exception>
    public async ValueTask AwaitNoteAsync()
    {
        if (_noting is not { } noting)
        {
            return;
        }

        await ((Task)noting.Done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (noting.Done.IsCompletedSuccessfully ? await noting.Done : await notes.AdvanceAsync(noting.Note))
        {
            _otherSeen = time.GetTimestamp();
        }

        _noting = null;
    }

    private async ValueTask<LedgerTail> AppendAsync(LedgerTail tail, IReadOnlyList<byte[]> payloads)
    {
        var started = time.GetTimestamp();
        await GiveWayAsync();
        for (var lost = 1; ; lost++)
        {
            tail = await RollAsync(tail);
            var block = await LedgerBlock.BuildAsync(tail.Head, payloads);
            var sent = time.GetTimestamp();
            if (await SendAsync(tail, block) is { } appended)
            {
                _lastAppend = time.GetElapsedTime(sent);
                Appends++;
                var note = new LedgerNote(block.Head, tail.Blob, tail.Length);
                _noting = (note, notes.AdvanceAsync(note).AsTask());
                return appended;
            }

            if (time.GetElapsedTime(started) > LongestRace)
            {
                throw new StorageException($"other instances were quicker {lost} times in {LongestRace.TotalSeconds:0} seconds.");
            }

            if (lost % LossesBeforeKnocking == 0)
            {
                await notes.KnockAsync();
            }

            tail = await CatchUpAsync(tail);
        }
    }

    /// <summary>Makes the next blob when this one has what it takes. Two at once make the same one; then both read what it holds.</summary>
    private async ValueTask<LedgerTail> RollAsync(LedgerTail tail)
    {
        while (tail.IsFull)
        {
            await blobs.CreateAsync(tail.Head, appendsPerBlob);
            var next = await _trail.FollowAsync(tail, CancellationToken.None);
            tail = next.Blob != tail.Blob ? next : throw new StorageException("the ledger's next blob was not made, though the service did not say so.");
        }

        return tail;
    }

    /// <summary>Sends an append until its outcome is known; null when somebody else was quicker.</summary>
    private async ValueTask<LedgerTail?> SendAsync(LedgerTail tail, LedgerBlock block)
    {
        var doubt = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var done = await blobs.AppendAsync(tail, block.Bytes);
                return tail with
                {
                    Appends = done.BlobCommittedBlockCount,
                    Length = tail.Length + block.Bytes.Length,
                    ETag = done.ETag,
                    Head = block.Head,
                    Line = tail.Length,
                };
            }
            catch (RequestFailedException moved) when (moved.Status == 412)
            {
                return doubt && await IsThereAsync(tail, block) ? await _trail.FollowAsync(tail, CancellationToken.None) : null;
            }
            catch (Exception failed) when (StorageRetry.IsOurs(failed, CancellationToken.None))
            {
                doubt |= StorageFailure.FateOf(failed) is Fate.Unknown;
                if (doubt && attempt == blobs.Retry.Attempts && await IsThereAsync(tail, block))
                {
                    return await _trail.FollowAsync(tail, CancellationToken.None);
                }

                await blobs.Retry.PauseOrGiveUpAsync(attempt, failed, CancellationToken.None);
            }
        }
    }

    /// <summary>Whether what lies at the place is this very block: an append whose answer was lost had been made. No other has its hashes.</summary>
    private async ValueTask<bool> IsThereAsync(LedgerTail tail, LedgerBlock block)
    {
        var there = await blobs.ReadBytesAsync(tail.Blob, tail.Length, block.Bytes.Length, CancellationToken.None);
        return there.Span.SequenceEqual(block.Bytes);
    }

    /// <summary>Reads what others have appended. If the blob changed without growing, nothing known of it counts any more.</summary>
    private async ValueTask<LedgerTail> CatchUpAsync(LedgerTail tail)
    {
        _otherSeen = time.GetTimestamp();
        var newest = await _trail.FollowAsync(tail, CancellationToken.None);
        return newest.Blob == tail.Blob && newest.Length == tail.Length ? await OpenAsync() : newest;
    }

    private async ValueTask<LedgerTail> OpenAsync() => await _trail.FindAsync(await notes.FindOrBeginAsync(), CancellationToken.None);

    /// <summary>
    /// While others append too, every append is followed by a short wait of random length. Without it an instance under load would always be back
    /// before one that still has to read what was appended, and that one would never get its turn.
    /// </summary>
    private ValueTask GiveWayAsync() =>
        _otherSeen is { } seen && time.GetElapsedTime(seen) < Courtesy
            ? new ValueTask(Task.Delay(_lastAppend * LongestGivingWay * (RandomNumberGenerator.GetInt32(0, 1001) / 1000.0), time))
            : ValueTask.CompletedTask;
}
