using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>A ledger in memory, or one that is down.</summary>
internal sealed class TestLedger : ILedger, IDisposable
{
    public List<AuditEvent> Durable { get; } = [];

    public bool Down { get; set; }

    public bool Disposed { get; private set; }

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (Down)
        {
            throw new LedgerUnavailableException("the disk is full");
        }

        lock (Durable)
        {
            Durable.AddRange(events);
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => Disposed = true;
}
