using Microsoft.Extensions.Logging;

namespace CursorBroker.Sandbox;

/// <summary>How the stand-ins start.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where they keep keys and seeded repositories. Made if missing; the same directory gives the same world again.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Serve every bare repository found here as <c>OWNER/NAME.git</c>; null, the default, serves the seeded ones.</summary>
    public string? RepositoriesDirectory { get; init; }

    /// <summary>GitHub's loopback port; 0, the default, takes any free one.</summary>
    public int GitHubPort { get; init; }

    /// <summary>The identity provider's loopback port; 0, the default, takes any free one.</summary>
    public int IssuerPort { get; init; }

    /// <summary>The key vault's loopback port; 0, the default, takes any free one.</summary>
    public int VaultPort { get; init; }

    /// <summary>The clock of the whole world; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; nowhere by default.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
