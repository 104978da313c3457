using CursorBroker.Core.State;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>Takes out of State's file what is no longer there for anybody: readers never see it, purged or not.</summary>
internal sealed class StatePurge(SqliteState state, TimeProvider time)
{
    /// <summary>Rows deleted in one go, so that others' writes get their turn.</summary>
    private const int Step = 200;

    /// <summary>Deletes expired records and blobs; how many.</summary>
    /// <exception cref="StateUnavailableException">State could not be written.</exception>
    public async ValueTask<int> DeleteExpiredAsync(CancellationToken cancellationToken) =>
        await RepeatAsync(DeleteExpiredRecords, cancellationToken) + await RepeatAsync(DeleteExpiredBlobs, cancellationToken);

    /// <summary>Deletes the chunks of uploads that broke off. Only at start, while no upload can be under way.</summary>
    /// <exception cref="StateUnavailableException">State could not be written.</exception>
    public ValueTask<int> DeleteBrokenUploadsAsync(CancellationToken cancellationToken) => state.ChangeAsync(
        static connection => connection.Run("DELETE FROM blob_chunk WHERE content NOT IN (SELECT content FROM blob)"), cancellationToken);

    private async ValueTask<int> RepeatAsync(Func<SqliteConnection, long, int> delete, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        for (var total = 0; ;)
        {
            var deleted = await state.ChangeAsync(connection => delete(connection, now), cancellationToken);
            total += deleted;
            if (deleted < Step)
            {
                return total;
            }
        }
    }

    private static int DeleteExpiredRecords(SqliteConnection connection, long now) => connection.Run(
        "DELETE FROM record WHERE rowid IN (SELECT rowid FROM record WHERE expires <= $now LIMIT $step)", ("$now", now), ("$step", Step));

    private static int DeleteExpiredBlobs(SqliteConnection connection, long now)
    {
        var contents = new List<string>();
        using (var command = connection.Command(
            "DELETE FROM blob WHERE rowid IN (SELECT rowid FROM blob WHERE expires <= $now LIMIT $step) RETURNING content",
            ("$now", now), ("$step", Step)))
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                contents.Add(reader.GetString(0));
            }
        }

        contents.ForEach(content => SqliteBlobStore.DeleteChunks(connection, content));
        return contents.Count;
    }
}
