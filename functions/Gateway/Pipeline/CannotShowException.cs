namespace CursorBroker.Gateway.Pipeline;

/// <summary>What approvers would have to be shown cannot be had, so nobody is asked.</summary>
public sealed class CannotShowException : Exception
{
    /// <summary>Says why.</summary>
    public CannotShowException(string message)
        : base(message)
    {
    }
}
