using System.Collections.Frozen;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>What the App is granted unless said otherwise: what a team would give a broker, and nothing of administration.</summary>
internal static class DefaultPermissions
{
    public static FrozenDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["actions"] = "write",
        ["checks"] = "write",
        ["contents"] = "write",
        ["deployments"] = "write",
        ["issues"] = "write",
        ["metadata"] = "read",
        ["pull_requests"] = "write",
        ["secrets"] = "write",
        ["statuses"] = "write",
        ["workflows"] = "write",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
