using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>Ledgers, read and proved.</summary>
internal static class Ledgers
{
    public static async Task<IReadOnlyList<AuditEvent>> EventsAsync(ILedgerReader reader, CancellationToken cancellationToken)
    {
        var events = new List<AuditEvent>();
        await foreach (var record in reader.ReadAsync(0, cancellationToken))
        {
            events.Add(AuditJson.Deserialize(record.Payload.Span) ?? throw new InvalidOperationException($"Record {record.Sequence} is no event."));
        }

        return events;
    }

    public static async Task<LedgerVerification> VerifyAsync(ILedgerReader reader, CancellationToken cancellationToken)
    {
        var head = await reader.ReadHeadAsync(cancellationToken);
        return await LedgerChain.VerifyAsync(reader.ReadAsync(0, cancellationToken), head, cancellationToken);
    }

    /// <summary>A data directory's ledger, whether its broker lives or not.</summary>
    public static async Task<T> OpenAsync<T>(string dataDirectory, Func<ILedgerReader, Task<T>> read)
    {
        await using var services = new ServiceCollection().AddSqliteLedgerReader(dataDirectory).BuildServiceProvider();
        return await read(services.GetRequiredService<ILedgerReader>());
    }
}
