namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>Before when a person must have signed in for it not to count any more.</summary>
/// <param name="Before">What began at this moment or earlier is over.</param>
internal sealed record CutOff(DateTimeOffset Before);
