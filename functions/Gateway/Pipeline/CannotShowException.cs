using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What approvers would have to be shown cannot be had or does not fit, so nobody is asked.</summary>
public sealed class CannotShowException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="failure">Its message is for the caller.</param>
    public CannotShowException(GitFailure failure)
        : base(failure?.Message)
    {
        ArgumentNullException.ThrowIfNull(failure);
        IsTooMuch = failure.Kind == GitFailureKind.TooLarge;
    }

    /// <summary>True when there is more than fits, so that trying again does not help.</summary>
    public bool IsTooMuch { get; }
}
