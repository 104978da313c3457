using CursorBroker.Core.Audit;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>The ledger's SQL, apart from who runs it.</summary>
internal static class LedgerRows
{
    /// <summary>The head that was noted with the newest append.</summary>
    /// <exception cref="InvalidDataException">There is none: somebody removed it.</exception>
    public static LedgerHead ReadHead(SqliteConnection connection) =>
        ReadPoint(connection, "SELECT sequence, hash FROM head WHERE only_one = 1")
        ?? throw new InvalidDataException("The ledger has lost its head; verify it.");

    /// <summary>The head, once it is known to be the newest record. A ledger that was cut takes no more records, which would bury the cut.</summary>
    /// <exception cref="InvalidDataException">Head and newest record differ.</exception>
    public static LedgerHead ReadHeadToAppendTo(SqliteConnection connection)
    {
        var head = ReadHead(connection);
        var newest = ReadPoint(connection, "SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1") ?? LedgerHead.Empty;
        return newest == head
            ? head
            : throw new InvalidDataException(
                $"The ledger's newest record is {newest.Sequence}, but {head.Sequence} was noted: records were cut or changed. Verify the ledger, " +
                "keep it, and start a new one.");
    }

    /// <summary>Appends records and notes the new head, within the caller's transaction.</summary>
    public static void Append(SqliteConnection connection, IReadOnlyList<LedgerRecord> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        using var insert = connection.Command(
            "INSERT INTO record (sequence, previous_hash, hash, payload) VALUES ($sequence, $previous, $hash, $payload)",
            ("$sequence", null), ("$previous", null), ("$hash", null), ("$payload", null));
        foreach (var record in records)
        {
            insert.Parameters["$sequence"].Value = record.Sequence;
            insert.Parameters["$previous"].Value = Convert.FromHexString(record.PreviousHash);
            insert.Parameters["$hash"].Value = Convert.FromHexString(record.Hash);
            insert.Parameters["$payload"].Value = record.Payload.ToArray();
            _ = insert.ExecuteNonQuery();
        }

        _ = connection.Run(
            "UPDATE head SET sequence = $sequence, hash = $hash",
            ("$sequence", records[^1].Sequence), ("$hash", Convert.FromHexString(records[^1].Hash)));
    }

    /// <summary>Records after a number, in order, as many as make a page.</summary>
    public static List<LedgerRecord> ReadPage(SqliteConnection connection, long after, int limit, long byteLimit)
    {
        using var command = connection.Command(
            "SELECT sequence, previous_hash, hash, payload FROM record WHERE sequence > $after ORDER BY sequence LIMIT $limit",
            ("$after", after), ("$limit", limit));
        using var reader = command.ExecuteReader();
        var page = new List<LedgerRecord>();
        for (var bytes = 0L; bytes < byteLimit && reader.Read();)
        {
            var payload = reader.GetFieldValue<byte[]>(3);
            page.Add(new LedgerRecord(reader.GetInt64(0), Hex(reader, 1), Hex(reader, 2), payload));
            bytes += payload.Length;
        }

        return page;
    }

    private static LedgerHead? ReadPoint(SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new LedgerHead(reader.GetInt64(0), Hex(reader, 1)) : null;
    }

    private static string Hex(SqliteDataReader reader, int column) => Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(column));
}
