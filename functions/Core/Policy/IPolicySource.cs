namespace CursorBroker.Core.Policy;

/// <summary>Where the policy in force comes from. A bad new version never replaces a good one.</summary>
public interface IPolicySource
{
    /// <summary>The policy in force; null when none was ever good, and then everything is refused.</summary>
    PolicySet? Current { get; }

    /// <summary>What is known of the source right now, for readiness and people.</summary>
    PolicyStatus Status { get; }
}

/// <summary>The state of a policy source.</summary>
/// <param name="Version">The version in force (SHA-256 of its text, hex); null when none.</param>
/// <param name="LoadedAt">When it came into force.</param>
/// <param name="Problem">Why the newest version on offer is not in force; null when it is.</param>
public sealed record PolicyStatus(string? Version, DateTimeOffset? LoadedAt, string? Problem);
