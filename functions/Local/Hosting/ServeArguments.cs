namespace CursorBroker.Local.Hosting;

/// <summary>What <c>serve</c> was asked to do.</summary>
internal sealed record ServeArguments
{
    public const int DefaultPort = 7071;

    public static readonly TimeSpan DefaultHold = TimeSpan.FromSeconds(100);

    /// <summary>Port, 0 to 65535; 0 picks a free one. With the sandbox, the next two ports are its own when they are free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The policy file; null for the data directory's.</summary>
    public FileInfo? Policy { get; init; }

    /// <summary>The data directory; null for the user's.</summary>
    public DirectoryInfo? Data { get; init; }

    /// <summary>Bare repositories for the sandbox to serve; null for its own.</summary>
    public DirectoryInfo? SandboxRepositories { get; init; }

    /// <summary>Where to write the URLs; null for nowhere but the data directory.</summary>
    public FileInfo? ReadyFile { get; init; }

    /// <summary>How long a push that waits for approval is held at most; zero to never hold.</summary>
    public TimeSpan Hold { get; init; } = DefaultHold;

    /// <summary>True when nothing is to be left for <c>token</c> to find (the demo's own broker).</summary>
    public bool Unannounced { get; init; }
}
