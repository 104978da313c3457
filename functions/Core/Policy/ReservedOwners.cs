using System.Collections.Frozen;

namespace CursorBroker.Core.Policy;

/// <summary>
/// First path segments that are the broker's own (or its host's). A repository owner of that name could never be reached by git,
/// so a policy that names one is wrong; a host that adds a first segment adds it here.
/// </summary>
public static class ReservedOwners
{
    /// <summary>The names; compared without case, as GitHub compares owners.</summary>
    public static FrozenSet<string> Names { get; } = new[]
    {
        ".well-known", "admin", "api", "approvals", "healthz", "hooks", "login", "mcp", "oauth", "raw", "readyz", "runtime", "sessions", "token", "vaults",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
