using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Tests.Sqlite;

/// <summary>A data directory that goes away with the test, and the tampering hand in it.</summary>
internal sealed class TestData : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("broker-test-").FullName;

    public string Ledger => DataDirectory.LedgerPath(Path);

    public string State => DataDirectory.StatePath(Path);

    /// <summary>A connection from outside the product, as anybody with the file has. Of a file that the product has closed or opened alike.</summary>
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    public static long Count(string file, string table)
    {
        using var connection = Open(file);
        return (long)connection.Scalar($"SELECT count(*) FROM {table}")!;
    }

    public static void Tamper(string file, string sql)
    {
        using var connection = Open(file);
        _ = connection.Run(sql);
    }

    public async Task<List<LedgerRecord>> Records()
    {
        using var reader = new SqliteLedgerReader(Path);
        return await LedgerSamples.Records(reader);
    }

    public async Task<LedgerVerification> Verify()
    {
        using var reader = new SqliteLedgerReader(Path);
        return await LedgerSamples.Verify(reader);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
