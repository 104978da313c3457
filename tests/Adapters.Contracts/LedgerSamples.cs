using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Contracts;

/// <summary>Events to append, and how to look at a ledger.</summary>
internal static class LedgerSamples
{
    public static AuditEvent Event(string name) => new BrokerStopped(name) { At = DateTimeOffset.UnixEpoch };

    public static string Name(LedgerRecord record) => ((BrokerStopped)AuditJson.Deserialize(record.Payload.Span)!).Instance;

    public static async Task<List<LedgerRecord>> Records(ILedgerReader reader) => await reader.ReadAsync(0, CancellationToken.None).ToListAsync();

    public static async Task<LedgerVerification> Verify(ILedgerReader reader)
    {
        var head = await reader.ReadHeadAsync(CancellationToken.None);
        return await LedgerChain.VerifyAsync(reader.ReadAsync(0, CancellationToken.None), head, CancellationToken.None);
    }
}
