using CursorBroker.Core.Audit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Ends of exchanges on their way into the ledger. The end of a write is waited for. That of a read is not: the caller has the answer, its intent is durable, and the next request on
/// the connection would wait for nothing. When the broker stops, all of them are seen through.
/// </summary>
internal sealed class EndRecords(ILogger<EndRecords> logger) : IHostedService, IDisposable
{
    // A ledger that falls behind slows requests down again, and does not fill the memory.
    private const int Most = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(Most);

    /// <summary>Makes what the exchange has gathered durable.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="isWaitedFor">Whether to come back only then.</param>
    public async ValueTask RecordAsync(Exchange exchange, bool isWaitedFor)
    {
        await _places.WaitAsync();
        var recorded = CommitAsync(exchange);
        if (isWaitedFor)
        {
            await recorded;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for all that are under way, also when the time for stopping was used up by requests that would not end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        for (var place = 0; place < Most; place++)
        {
            if (!await _places.WaitAsync(Patience, CancellationToken.None))
            {
                logger.EndsLost(Most - place);
                return;
            }
        }

        _places.Release(Most);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task CommitAsync(Exchange exchange)
    {
        try
        {
            // The caller may be gone; the record of what was done is not theirs to cancel.
            await exchange.CommitAsync(CancellationToken.None);
        }
        catch (LedgerUnavailableException failure)
        {
            // The intent is durable and the answer is out; an intent without an end is what the audit will show.
            logger.EndNotRecorded(failure, exchange.Reference);
        }
        finally
        {
            _places.Release();
        }
    }
}
