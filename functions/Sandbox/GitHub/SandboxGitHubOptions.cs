using CursorBroker.Sandbox.GitHub.App;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Sandbox.GitHub;

/// <summary>How the GitHub stand-in starts.</summary>
public sealed record SandboxGitHubOptions
{
    /// <summary>Where it keeps the App's key and its git hooks. Made if missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What it serves; owner and name are unique without regard to case.</summary>
    public required IReadOnlyCollection<SandboxRepository> Repositories { get; init; }

    /// <summary>The loopback port, 0 to 65535; 0, the default, takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The loopback port of the download host, where signed addresses lead, 0 to 65535; 0, the default, takes any free one.</summary>
    public int DownloadsPort { get; init; }

    /// <summary>The clock that tokens and rate limits go by; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The App's numeric id; 1234567 by default.</summary>
    public long AppId { get; init; } = 1_234_567;

    /// <summary>The App's client id.</summary>
    public string ClientId { get; init; } = "Iv23liSandboxBroker0";

    /// <summary>
    /// What the App was granted, as GitHub names it. By default write on actions, checks, contents, deployments, issues,
    /// pull_requests, secrets, statuses and workflows, and read on metadata.
    /// </summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = DefaultPermissions.All;

    /// <summary>Where logs go; nowhere by default.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
