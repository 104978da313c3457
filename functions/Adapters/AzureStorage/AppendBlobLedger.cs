using System.Threading.Channels;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// The Ledger in append blobs. What queues up while an append is under way goes into the next one together: one request for many events. A batch is
/// appended whole or not at all.
/// </summary>
internal sealed partial class AppendBlobLedger : ILedger, IAsyncDisposable
{
    private const int Capacity = 1024;

    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly LedgerAppender _appender;
    private readonly ILogger<AppendBlobLedger> _log;
    private readonly Task _running;

    /// <summary>Starts taking appends; talks to the account with the first.</summary>
    public AppendBlobLedger(LedgerAppender appender, ILogger<AppendBlobLedger> log)
    {
        _appender = appender;
        _log = log;
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var pending = new Pending([.. events.Select(Serialize)]);
        if (pending.Bytes > LedgerBlock.MaxBytes)
        {
            throw new LedgerUnavailableException($"{events.Count} audit events have {pending.Bytes} bytes together; the most is {LedgerBlock.MaxBytes}.");
        }

        try
        {
            await _queue.Writer.WriteAsync(pending, cancellationToken);
            await pending.Durable.Task;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            throw new LedgerUnavailableException($"{events.Count} audit events could not be made durable: {StorageFailure.Explain(failed)}", failed);
        }
    }

    /// <summary>Appends what is queued, notes the head, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = _queue.Writer.TryComplete();
        await _running;
    }

    private static byte[] Serialize(AuditEvent auditEvent)
    {
        // Checked here as well as in the chain, so that one oversized event fails its own append and nobody else's.
        var payload = AuditJson.Serialize(auditEvent);
        return payload.Length <= LedgerChain.MaxPayloadBytes
            ? payload
            : throw new LedgerUnavailableException(
                $"An audit event of kind {auditEvent.Id} has {payload.Length} bytes; the most is {LedgerChain.MaxPayloadBytes}.");
    }

    private async Task RunAsync()
    {
        var batch = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            for (var bytes = 0L; bytes < LedgerBlock.GatherBytes && _queue.Reader.TryPeek(out var next);)
            {
                if (batch.Count > 0 && bytes + next.Bytes > LedgerBlock.GatherBytes)
                {
                    break;
                }

                _ = _queue.Reader.TryRead(out _);
                batch.Add(next);
                bytes += next.Bytes;
            }

            await CommitAsync(batch);
            batch.Clear();
        }

        await FinishAsync();
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        try
        {
            await _appender.AppendAsync([.. batch.SelectMany(static pending => pending.Payloads)]);
        }
#pragma warning disable CA1031 // Whatever went wrong goes to every one who waits; none may be left waiting, and the loop must live on.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            batch.ForEach(pending => pending.Durable.SetException(reason));
            return;
        }

        batch.ForEach(static pending => pending.Durable.SetResult());
    }

    private async Task FinishAsync()
    {
        try
        {
            await _appender.AwaitNoteAsync();
        }
        catch (Exception unnoted) when (unnoted is StateUnavailableException or InvalidDataException)
        {
            // The records are durable. The next broker goes forward from the note before, as after a crash.
            LogNotNoted(unnoted);
        }
    }

    [LoggerMessage(7103, LogLevel.Warning, "The ledger's head could not be noted on closing; the records themselves are durable")]
    private partial void LogNotNoted(Exception reason);

    /// <summary>One call's events, already in their final form, and the promise that they are durable.</summary>
    private sealed class Pending(IReadOnlyList<byte[]> payloads)
    {
        public IReadOnlyList<byte[]> Payloads => payloads;

        public long Bytes { get; } = payloads.Sum(static payload => (long)payload.Length + LedgerBlock.Overhead);

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
