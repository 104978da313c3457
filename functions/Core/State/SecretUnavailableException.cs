namespace CursorBroker.Core.State;

/// <summary>Whether there is a secret of that name cannot be said: where secrets are kept cannot be asked, or cannot hold such a name.</summary>
public sealed class SecretUnavailableException : Exception
{
    /// <summary>Says what failed and how to mend it. Holds no secret.</summary>
    public SecretUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
