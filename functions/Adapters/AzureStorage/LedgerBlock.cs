using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Records that go into the Ledger together, all or none: the bytes of one append.</summary>
/// <param name="Bytes">The records in the export's form.</param>
/// <param name="Head">The last of them.</param>
internal sealed record LedgerBlock(byte[] Bytes, LedgerHead Head)
{
    /// <summary>
    /// Largest append, in bytes: the service's limit since its version 2022-11-02
    /// (https://learn.microsoft.com/rest/api/storageservices/append-block). Only a single call with very much to record comes near.
    /// </summary>
    public const int MaxBytes = 100 * 1024 * 1024;

    /// <summary>Batches are gathered up to this size, in bytes.</summary>
    public const int GatherBytes = 4 * 1024 * 1024;

    /// <summary>What a record takes beside its payload, at most.</summary>
    public const int Overhead = 256;

    /// <summary>Chains payloads to a head.</summary>
    public static async ValueTask<LedgerBlock> BuildAsync(LedgerHead head, IEnumerable<byte[]> payloads)
    {
        using var bytes = new MemoryStream();
        var last = await LedgerExport.WriteAsync(Chain(head, payloads).ToAsyncEnumerable(), bytes, CancellationToken.None);
        return new LedgerBlock(bytes.ToArray(), last);
    }

    private static IEnumerable<LedgerRecord> Chain(LedgerHead head, IEnumerable<byte[]> payloads)
    {
        foreach (var payload in payloads)
        {
            var record = LedgerChain.Next(head, payload);
            yield return record;
            head = new LedgerHead(record.Sequence, record.Hash);
        }
    }
}
