using System.Globalization;
using System.Text;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

/// <summary>Chains to tamper with.</summary>
internal static class Chains
{
    public static List<LedgerRecord> Of(int count)
    {
        var head = LedgerHead.Empty;
        var records = new List<LedgerRecord>();
        for (var i = 1; i <= count; i++)
        {
            var payload = AuditJson.Serialize(
                new BrokerStopped(i.ToString(CultureInfo.InvariantCulture)) { At = DateTimeOffset.UnixEpoch.AddSeconds(i) });
            records.Add(LedgerChain.Next(head, payload));
            head = Head(records[^1]);
        }

        return records;
    }

    public static LedgerHead Head(LedgerRecord record) => new(record.Sequence, record.Hash);

    public static ValueTask<LedgerVerification> Verify(IEnumerable<LedgerRecord> records, LedgerHead? anchor = null) =>
        LedgerChain.VerifyAsync(records.ToAsyncEnumerable(), anchor, CancellationToken.None);

    public static async Task<byte[]> Export(IEnumerable<LedgerRecord> records)
    {
        using var file = new MemoryStream();
        _ = await LedgerExport.WriteAsync(records.ToAsyncEnumerable(), file, CancellationToken.None);
        return file.ToArray();
    }

    public static async Task<LedgerVerification> VerifyExport(byte[] file, LedgerHead? anchor = null)
    {
        using var stream = new MemoryStream(file);
        return await LedgerExport.VerifyAsync(stream, anchor, CancellationToken.None);
    }

    public static Task<LedgerVerification> VerifyExport(string file) => VerifyExport(Encoding.UTF8.GetBytes(file));
}
