using Microsoft.Data.Sqlite;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// One SQLite file: how it is made, migrated and opened. Write-ahead log, so that readers and the one writer do not wait for each other;
/// <c>synchronous=FULL</c>, so that a commit has reached the disk when it returns (https://www.sqlite.org/pragma.html#pragma_synchronous).
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long to wait for a lock that another process holds before giving up.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly IReadOnlyList<string> _migrations;
    private readonly string _readerString;
    private readonly Lock _opening = new();
    private volatile bool _migrated;
    private volatile bool _readable;

    /// <summary>Names a file; touches nothing yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="migrations">SQL scripts; the n-th brings <c>user_version</c> from n-1 to n. Never change one that was released.</param>
    public SqliteDatabase(string path, IReadOnlyList<string> migrations)
    {
        _path = path;
        _migrations = migrations;
        _readerString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = true,
            DefaultTimeout = (int)LockWait.TotalSeconds,
        }.ToString();
    }

    /// <summary>Opens the file for writing, making and migrating it if need be. Only the one writer calls this; the caller disposes it.</summary>
    /// <exception cref="SqliteException">SQLite cannot open or change it.</exception>
    /// <exception cref="DataDirectoryException">A newer version of the broker has written it.</exception>
    public SqliteConnection OpenWriter()
    {
        lock (_opening)
        {
            var connection = MakeAndOpen();
            _migrated = true;
            return connection;
        }
    }

    /// <summary>Makes and migrates the file unless that was done, so that it can be read before anything was written.</summary>
    /// <exception cref="SqliteException">SQLite cannot open or change it.</exception>
    /// <exception cref="DataDirectoryException">A newer version of the broker has written it.</exception>
    public void Prepare()
    {
        if (!_migrated)
        {
            OpenWriter().Dispose();
        }
    }

    /// <summary>A read-only connection, from a pool; works beside a writer in this or another process. The caller disposes it.</summary>
    /// <exception cref="SqliteException">SQLite cannot open it, or it does not exist.</exception>
    /// <exception cref="DataDirectoryException">Another version of the broker has written it.</exception>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readerString);
        try
        {
            connection.Open();
            if (!_readable)
            {
                CheckVersion(connection);
                _readable = true;
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes pooled connections. Those still in use close when they are given back.</summary>
    public void Dispose()
    {
        using var any = new SqliteConnection(_readerString);
        SqliteConnection.ClearPool(any);
    }

    private SqliteConnection MakeAndOpen()
    {
        ProtectFile();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = (int)LockWait.TotalSeconds,
        }.ToString());
        try
        {
            connection.Open();
            _ = connection.Scalar($"PRAGMA busy_timeout = {(int)LockWait.TotalMilliseconds}");
            _ = connection.Scalar("PRAGMA journal_mode = WAL");
            _ = connection.Scalar("PRAGMA synchronous = FULL");

            // macOS alone: its fsync leaves data in the drive's cache.
            _ = connection.Scalar("PRAGMA fullfsync = ON");
            Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>SQLite gives its -wal and -shm files the mode of the database, so the database is made first, for its owner alone.</summary>
    private void ProtectFile()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (File.Exists(_path))
        {
            // Not opened here: closing any handle of the file would drop the locks that SQLite's own handles in this process hold.
            File.SetUnixFileMode(_path, OwnerOnly);
        }
        else
        {
            new FileStream(_path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        }
    }

    private void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Version(connection);
        if (version > _migrations.Count)
        {
            throw VersionMismatch(version);
        }

        for (; version < _migrations.Count; version++)
        {
            _ = connection.Run(_migrations[version]);
            _ = connection.Run($"PRAGMA user_version = {version + 1}");
        }

        transaction.Commit();
    }

    private void CheckVersion(SqliteConnection connection)
    {
        var version = Version(connection);
        if (version != _migrations.Count)
        {
            throw VersionMismatch(version);
        }
    }

    private static int Version(SqliteConnection connection) => (int)(long)connection.Scalar("PRAGMA user_version")!;

    private DataDirectoryException VersionMismatch(int version) => new(
        $"{_path} has schema version {version}; this broker's is {_migrations.Count}. " +
        (version > _migrations.Count ? "Use the newer broker that wrote it." : "Start this broker on it once, then read it."));
}
