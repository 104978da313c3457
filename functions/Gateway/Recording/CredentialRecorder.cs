using System.Threading.Channels;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Recording;

/// <summary>Puts the end of credentials into the ledger. Revocations happen in the background, so a queue stands between.</summary>
internal sealed class CredentialRecorder(ILedger ledger, TimeProvider time, ILogger<CredentialRecorder> logger) : BackgroundService, ICredentialObserver
{
    // Unbounded because an observer must not block; what comes in is bounded by how many tokens are minted.
    private readonly Channel<CredentialRevoked> _queue = Channel.CreateUnbounded<CredentialRevoked>(new UnboundedChannelOptions { SingleReader = true });

    public void Revoked(string sha256, string why, bool confirmed)
    {
        var happened = new CredentialRevoked(sha256, why, confirmed) { At = time.GetUtcNow() };
        if (!_queue.Writer.TryWrite(happened))
        {
            logger.RevocationNotRecorded(null, sha256, why);
        }
    }

    public void Troubled(string what, Exception? exception) => logger.CredentialTrouble(exception, what);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was revoked on the way down is still written.
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);

        // Also when the host's patience is used up: these are a few writes.
        await DrainAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await DrainAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync drains the rest.
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (_queue.Reader.TryRead(out var revoked))
        {
            try
            {
                await ledger.AppendAsync([revoked], cancellationToken);
            }
            catch (LedgerUnavailableException failure)
            {
                logger.RevocationNotRecorded(failure, revoked.Sha256, revoked.Why);
            }
        }
    }
}
