using System.Collections.Frozen;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>What a token could do outside of the broker that rules hold back inside of it.</summary>
[Flags]
internal enum TokenReach
{
    /// <summary>Nothing that rules about refs and paths speak of.</summary>
    None = 0,

    /// <summary>It shows files, paths, or commits of whichever ref.</summary>
    Shows = 1,

    /// <summary>It gives whole files, or what was made of them: archives, logs, artifacts, packages.</summary>
    Carries = 2,

    /// <summary>It moves refs, or changes what rules about them mean.</summary>
    Moves = 4,

    /// <summary>It opens a way that the broker never does, whatever a policy says: access that lasts, or secrets as they are.</summary>
    Never = 8,
}

/// <summary>
/// What each permission that GitHub gives for a repository lets a token do. A permission that is not here never leaves.
/// </summary>
/// <remarks>Source: docs.github.com, "Permissions required for GitHub Apps": the routes of each permission.</remarks>
internal static class TokenReaches
{
    private const TokenReach Files = TokenReach.Shows | TokenReach.Carries;

    private static readonly FrozenDictionary<string, (TokenReach Read, TokenReach Write)> Known = new Dictionary<string, (TokenReach Read, TokenReach Write)>(StringComparer.Ordinal)
    {
        // Logs, artifacts and caches are made of files; a run at any ref may push with a token of its own.
        ["actions"] = (Files, Files | TokenReach.Moves),
        ["actions_variables"] = (TokenReach.None, TokenReach.None),

        // Deploy keys, runners, collaborators, giving the repository away.
        ["administration"] = (TokenReach.None, TokenReach.Never),
        ["artifact_metadata"] = (TokenReach.None, TokenReach.None),
        ["attestations"] = (TokenReach.None, TokenReach.None),

        // Annotations name paths and lines; a check tells where a ref stands.
        ["checks"] = (TokenReach.Shows, TokenReach.Shows),

        // Machines with credentials of their own.
        ["codespaces"] = (TokenReach.Never, TokenReach.Never),
        ["codespaces_lifecycle_admin"] = (TokenReach.Never, TokenReach.Never),
        ["codespaces_metadata"] = (TokenReach.None, TokenReach.None),
        ["codespaces_secrets"] = (TokenReach.Never, TokenReach.Never),
        ["contents"] = (Files, Files | TokenReach.Moves),
        ["dependabot_secrets"] = (TokenReach.None, TokenReach.None),

        // They name refs and commits; making one merges the default branch into its ref.
        ["deployments"] = (TokenReach.Shows, TokenReach.Shows | TokenReach.Moves),
        ["discussions"] = (TokenReach.None, TokenReach.None),
        ["environments"] = (TokenReach.None, TokenReach.None),
        ["issues"] = (TokenReach.None, TokenReach.None),
        ["merge_queues"] = (TokenReach.Shows, TokenReach.Shows | TokenReach.Moves),
        ["metadata"] = (TokenReach.None, TokenReach.None),
        ["packages"] = (Files, Files),

        // Which branch is published; writing publishes.
        ["pages"] = (TokenReach.Shows, Files | TokenReach.Moves),
        ["pull_requests"] = (Files, Files | TokenReach.Moves),

        // An advisory's private fork is a copy of the repository.
        ["repository_advisories"] = (TokenReach.None, TokenReach.Never),

        // Which of an organization's rulesets count.
        ["repository_custom_properties"] = (TokenReach.None, TokenReach.Moves),

        // Deliveries hold what was pushed; a hook goes on sending it when the token has ended.
        ["repository_hooks"] = (Files, TokenReach.Never),
        ["repository_projects"] = (TokenReach.None, TokenReach.None),

        // The secrets that were found, as they are.
        ["secret_scanning_alerts"] = (TokenReach.Never, TokenReach.Never),
        ["secrets"] = (TokenReach.None, TokenReach.None),

        // Paths, lines, results as files, and databases that hold the sources.
        ["security_events"] = (Files, Files),
        ["single_file"] = (Files, Files | TokenReach.Moves),
        ["statuses"] = (TokenReach.None, TokenReach.None),

        // Which files name what is vulnerable.
        ["vulnerability_alerts"] = (TokenReach.Shows, TokenReach.Shows),
        ["workflows"] = (TokenReach.Shows, TokenReach.Shows | TokenReach.Moves),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What one permission lets a token do.</summary>
    public static TokenReach Of(string name, Access access) =>
        access == Access.None ? TokenReach.None
        : !Known.TryGetValue(name, out var reach) ? TokenReach.Never
        : access == Access.Read ? reach.Read
        : reach.Write;

    /// <summary>What permissions together do.</summary>
    public static TokenReach Of(PermissionSet permissions) =>
        permissions.Items.Aggregate(TokenReach.None, static (all, one) => all | Of(one.Key, one.Value));
}
