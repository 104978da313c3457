namespace CursorBroker.Adapters.Sqlite;

/// <summary>The data directory or a database in it cannot be used. The message is for whoever started the broker, and says what to do.</summary>
public sealed class DataDirectoryException : Exception
{
    /// <summary>Says what is wrong and what to do about it.</summary>
    public DataDirectoryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
