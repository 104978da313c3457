using System.Security.Cryptography;
using CursorBroker.Core.State;
using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// Blobs in SQLite, in chunks, so that none is ever whole in memory. A blob exists from the moment its naming row is committed; chunks that no row
/// names are left-overs of an upload that broke off, and go at the next start.
/// </summary>
internal sealed class SqliteBlobStore(SqliteState state, TimeProvider time) : IBlobStore
{
    /// <summary>Size of every chunk but the last, in bytes.</summary>
    internal const int ChunkBytes = 256 * 1024;

    /// <inheritdoc/>
    public async ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        var contentId = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var created = false;
        try
        {
            var length = await StoreChunksAsync(contentId, content, cancellationToken);
            created = await state.ChangeAsync(connection => Name(connection, key, contentId, length, expires), cancellationToken);
            return created;
        }
        finally
        {
            if (!created)
            {
                // Not the caller's token: this also clears up after a cancelled upload.
                _ = await state.ChangeAsync(connection => DeleteChunks(connection, contentId), CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(state.Read<Stream?>(connection =>
        {
            using var command = connection.Command(
                """
                SELECT content, length FROM blob
                WHERE collection = $collection AND id = $id AND (expires IS NULL OR expires > $now)
                """,
                ("$collection", key.Collection), ("$id", key.Id), ("$now", time.GetUtcNow().UtcTicks));
            using var reader = command.ExecuteReader();
            return reader.Read() ? new SqliteBlobStream(state, reader.GetString(0), reader.GetInt64(1)) : null;
        }));
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken)
    {
        key.ThrowIfInvalid();
        _ = await state.ChangeAsync(connection => Remove(connection, key), cancellationToken);
    }

    /// <summary>Deletes the chunks of one content.</summary>
    internal static int DeleteChunks(SqliteConnection connection, string contentId) =>
        connection.Run("DELETE FROM blob_chunk WHERE content = $content", ("$content", contentId));

    private async ValueTask<long> StoreChunksAsync(string contentId, Stream content, CancellationToken cancellationToken)
    {
        var length = 0L;
        for (var position = 0L; ; position++)
        {
            var chunk = new byte[ChunkBytes];
            var read = await content.ReadAtLeastAsync(chunk, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            if (read > 0)
            {
                var at = position;
                var bytes = read == ChunkBytes ? chunk : chunk[..read];
                _ = await state.ChangeAsync(
                    connection => connection.Run(
                        "INSERT INTO blob_chunk (content, position, bytes) VALUES ($content, $position, $bytes)",
                        ("$content", contentId), ("$position", at), ("$bytes", bytes)),
                    cancellationToken);
                length += read;
            }

            if (read < ChunkBytes)
            {
                return length;
            }
        }
    }

    private bool Name(SqliteConnection connection, StateKey key, string contentId, long length, DateTimeOffset? expires)
    {
        var live = connection.Scalar(
            "SELECT 1 FROM blob WHERE collection = $collection AND id = $id AND (expires IS NULL OR expires > $now)",
            ("$collection", key.Collection), ("$id", key.Id), ("$now", time.GetUtcNow().UtcTicks));
        if (live is not null)
        {
            return false;
        }

        _ = Remove(connection, key);
        return connection.Run(
            "INSERT INTO blob (collection, id, content, length, expires) VALUES ($collection, $id, $content, $length, $expires)",
            ("$collection", key.Collection), ("$id", key.Id), ("$content", contentId), ("$length", length), ("$expires", expires?.UtcTicks)) == 1;
    }

    private static int Remove(SqliteConnection connection, StateKey key)
    {
        var content = connection.Scalar(
            "DELETE FROM blob WHERE collection = $collection AND id = $id RETURNING content", ("$collection", key.Collection), ("$id", key.Id));
        return content is string contentId ? DeleteChunks(connection, contentId) : 0;
    }
}
