using CursorBroker.Core.Audit;
using CursorBroker.Core.Tests.State;

namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>State and ledger in memory.</summary>
internal sealed class PageStores(TimeProvider time) : ILedger
{
    public InMemoryStateStore State { get; } = new(time);

    public List<AuditEvent> Events { get; } = [];

    public bool LedgerIsDown { get; set; }

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (LedgerIsDown)
        {
            throw new LedgerUnavailableException("down");
        }

        Events.AddRange(events);
        return ValueTask.CompletedTask;
    }
}
