using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CursorBroker.Core.State;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>State's records in SQLite. Every change is one conditional statement; a record that has expired is not there.</summary>
internal sealed class SqliteStateStore(SqliteState state, TimeProvider time) : IStateStore
{
    /// <summary>Records read at a time when listing, to bound memory (at most this many times 256 KiB).</summary>
    private const int PageRecords = 32;

    /// <inheritdoc/>
    public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        var now = Now;
        return ValueTask.FromResult(state.Read(connection =>
        {
            using var command = connection.Command(
                """
                SELECT id, version, expires, value FROM record
                WHERE collection = $collection AND id = $id AND (expires IS NULL OR expires > $now)
                """,
                ("$collection", key.Collection), ("$id", key.Id), ("$now", now));
            using var reader = command.ExecuteReader();
            return reader.Read() ? Record(key.Collection, reader) : null;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<StateVersion?> CreateAsync(
        StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        // A record that has expired but was not yet purged gives way.
        const string Sql =
            """
            INSERT INTO record (collection, id, version, expires, value) VALUES ($collection, $id, $version, $expires, $value)
            ON CONFLICT (collection, id) DO UPDATE SET version = excluded.version, expires = excluded.expires, value = excluded.value
            WHERE record.expires <= $now
            """;
        return WriteAsync(Sql, key, value, null, expires, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE record SET version = $version, expires = $expires, value = $value
            WHERE collection = $collection AND id = $id AND version = $expected AND (expires IS NULL OR expires > $now)
            """;
        return WriteAsync(Sql, key, value, expected, expires, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        return state.ChangeAsync(
            connection => connection.Run(
                """
                DELETE FROM record
                WHERE collection = $collection AND id = $id AND version = $expected AND (expires IS NULL OR expires > $now)
                """,
                ("$collection", key.Collection), ("$id", key.Id), ("$expected", expected.Value), ("$now", Now)) == 1,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateRecord> ListAsync(string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidCollection(collection);
        var after = "";
        while (ReadPage(collection, after) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
                after = record.Key.Id;
            }

            await Task.Yield();
        }
    }

    private List<StateRecord> ReadPage(string collection, string after)
    {
        var now = Now;
        return state.Read(connection =>
        {
            using var command = connection.Command(
                """
                SELECT id, version, expires, value FROM record
                WHERE collection = $collection AND id > $after AND (expires IS NULL OR expires > $now) ORDER BY id LIMIT $limit
                """,
                ("$collection", collection), ("$after", after), ("$now", now), ("$limit", PageRecords));
            using var reader = command.ExecuteReader();
            var page = new List<StateRecord>();
            while (reader.Read())
            {
                page.Add(Record(collection, reader));
            }

            return page;
        });
    }

    private ValueTask<StateVersion?> WriteAsync(
        string sql, StateKey key, ReadOnlyMemory<byte> value, StateVersion? expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        if (value.Length > StateRecord.MaxValueBytes)
        {
            throw new ArgumentException($"A State record of {value.Length} bytes; the most is {StateRecord.MaxValueBytes}. Use a blob.", nameof(value));
        }

        // Copied now: the caller may reuse its buffer while the write waits its turn.
        var bytes = value.ToArray();
        var version = RandomNumberGenerator.GetHexString(32, lowercase: true);
        return state.ChangeAsync(
            connection => connection.Run(
                sql,
                ("$collection", key.Collection), ("$id", key.Id), ("$version", version), ("$expected", expected?.Value),
                ("$expires", expires?.UtcTicks), ("$value", bytes), ("$now", Now)) == 1
                ? new StateVersion(version)
                : null,
            cancellationToken);
    }

    private long Now => time.GetUtcNow().UtcTicks;

    private static StateRecord Record(string collection, SqliteDataReader reader) => new(
        new StateKey(collection, reader.GetString(0)),
        reader.GetFieldValue<byte[]>(3),
        new StateVersion(reader.GetString(1)),
        reader.IsDBNull(2) ? null : new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero));
}
