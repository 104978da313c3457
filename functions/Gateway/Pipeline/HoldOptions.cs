namespace CursorBroker.Gateway.Pipeline;

/// <summary>How a request waits for people.</summary>
public sealed record HoldOptions
{
    /// <summary>
    /// How long a connection is held at most; 100 seconds unless told otherwise, zero to never hold. Azure's front end ends a request after 230 seconds.
    /// </summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a held request looks whether it was decided; 1 second unless told otherwise, above zero.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);
}
