using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>Somebody has just signed in for a client and is being asked. One answer is taken.</summary>
internal sealed record PendingConsent
{
    public required string Client { get; init; }

    public required SignedIn Person { get; init; }

    /// <summary>The authorization request's parameters as they were checked; empty when a device waits.</summary>
    public ImmutableDictionary<string, string> Parameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The device that waits (the key of its record); null for an authorization request.</summary>
    public string? Device { get; init; }
}
