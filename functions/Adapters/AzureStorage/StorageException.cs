namespace CursorBroker.Adapters.AzureStorage;

/// <summary>The account could not be used, for good or after all tries. Never leaves this folder: each port has its own exception.</summary>
internal sealed class StorageException : Exception
{
    /// <summary>Says what failed, and how to mend it where that is known.</summary>
    public StorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
