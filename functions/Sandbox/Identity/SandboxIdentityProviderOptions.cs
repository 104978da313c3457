using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Sandbox.Identity;

/// <summary>How the identity provider stand-in starts.</summary>
public sealed record SandboxIdentityProviderOptions
{
    /// <summary>Where it keeps its keys, so that tokens outlive a restart. Made if missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The loopback port, 0 to 65535; 0, the default, takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock that tokens go by; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The registered clients; <see cref="SandboxClient.Defaults"/> by default. The Graph client is always there.</summary>
    public ImmutableArray<SandboxClient> Clients { get; init; } = SandboxClient.Defaults;

    /// <summary>Where logs go; nowhere by default.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
