using System.Collections.Concurrent;
using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>A ledger in memory.</summary>
internal sealed class RecordedLedger : ILedger
{
    private readonly ConcurrentQueue<AuditEvent> _events = new();

    public IReadOnlyList<AuditEvent> Events => [.. _events];

    /// <summary>Whether nothing can be recorded.</summary>
    public bool IsDown { get; set; }

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new LedgerUnavailableException("down");
        }

        foreach (var one in events)
        {
            _events.Enqueue(one);
        }

        return ValueTask.CompletedTask;
    }
}
