namespace CursorBroker.Adapters.Sqlite;

/// <summary>
/// The one directory that a broker on one machine keeps its data in, held exclusively while the broker lives. The operating system drops the hold
/// when the process ends, however it ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "broker.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAll = OwnerOnly | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream hold)
    {
        Path = path;
        _lock = hold;
    }

    /// <summary>The directory's full path.</summary>
    public string Path { get; }

    /// <summary>Where the ledger lies in a data directory.</summary>
    public static string LedgerPath(string directory) => System.IO.Path.Combine(directory, "ledger.db");

    /// <summary>Where State lies in a data directory.</summary>
    public static string StatePath(string directory) => System.IO.Path.Combine(directory, "state.db");

    /// <summary>Makes the directory if need be (mode 0700), checks that nobody else may write in it, and takes hold of it.</summary>
    /// <exception cref="DataDirectoryException">It cannot be used; the message says why and what to do.</exception>
    public static DataDirectory Open(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            Prepare(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The data directory {path} cannot be used: {failed.Message}", failed);
        }

        try
        {
            return new DataDirectory(path, Hold(System.IO.Path.Combine(path, LockName)));
        }
        catch (IOException held)
        {
            throw new DataDirectoryException(
                $"Another broker is using the data directory {path}. Stop it, or give this one a directory of its own.", held);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new DataDirectoryException($"The data directory {path} is not writable for this user: {denied.Message}", denied);
        }
    }

    /// <summary>Lets go of the directory.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Prepare(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(path);
            return;
        }

        if (!Directory.Exists(path))
        {
            _ = Directory.CreateDirectory(path, OwnerAll);
            return;
        }

        var mode = File.GetUnixFileMode(path);
        if ((mode & UnixFileMode.OtherWrite) != 0)
        {
            // Whoever can write here can put another file in the place of the ledger.
            throw new DataDirectoryException($"Everybody may write in the data directory {path}. Use `chmod 700` on it, or choose another.");
        }

        if ((mode & UnixFileMode.GroupWrite) != 0)
        {
            // What a umask of 002 makes of any new directory: no reason to refuse, but not left so.
            File.SetUnixFileMode(path, mode & ~UnixFileMode.GroupWrite);
        }
    }

    private static FileStream Hold(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }
}
