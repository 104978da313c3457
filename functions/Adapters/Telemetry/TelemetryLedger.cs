using CursorBroker.Core.Audit;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>A ledger whose events are also telemetry, once they are durable. Whatever becomes of the telemetry, the ledger's answer is the ledger's.</summary>
internal sealed class TelemetryLedger(ILedger ledger, EventPump pump, BrokerMeter meter, TimeProvider time, ILogger<TelemetryLedger> logger) : ILedger
{
    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await ledger.AppendAsync(events, cancellationToken);
        }
        catch (LedgerUnavailableException)
        {
            Safely(meter.AppendFailed);
            throw;
        }

        Safely(() =>
        {
            meter.Appended(time.GetElapsedTime(started));
            pump.Post(events);
            foreach (var happened in events)
            {
                meter.Record(happened);
            }
        });
    }

    private void Safely(Action telemetry)
    {
        try
        {
            telemetry();
        }
        catch (Exception failure)
        {
            // Metrics call whoever listens; what is recorded is recorded.
            TelemetryLog.NotCounted(logger, failure);
        }
    }
}
