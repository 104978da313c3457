using System.Collections.Frozen;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>
/// The repository permissions a GitHub App can have, by the names of <c>POST /app/installations/{id}/access_tokens</c>, each with
/// the highest level GitHub knows for it. Organization and account permissions are left out: the broker mints for one repository.
/// </summary>
/// <remarks>Source: docs.github.com, "Permissions required for GitHub Apps" and the <c>app-permissions</c> schema of its REST description.</remarks>
internal static class GitHubPermissions
{
    public static FrozenDictionary<string, Access> Highest { get; } = new Dictionary<string, Access>(StringComparer.Ordinal)
    {
        ["actions"] = Access.Write,
        ["actions_variables"] = Access.Write,
        ["administration"] = Access.Write,
        ["artifact_metadata"] = Access.Write,
        ["attestations"] = Access.Write,
        ["checks"] = Access.Write,
        ["codespaces"] = Access.Write,
        ["codespaces_lifecycle_admin"] = Access.Write,
        ["codespaces_metadata"] = Access.Read,
        ["codespaces_secrets"] = Access.Write,
        ["contents"] = Access.Write,
        ["dependabot_secrets"] = Access.Write,
        ["deployments"] = Access.Write,
        ["discussions"] = Access.Write,
        ["environments"] = Access.Write,
        ["issues"] = Access.Write,
        ["merge_queues"] = Access.Write,
        ["metadata"] = Access.Read,
        ["packages"] = Access.Write,
        ["pages"] = Access.Write,
        ["pull_requests"] = Access.Write,
        ["repository_advisories"] = Access.Write,
        ["repository_custom_properties"] = Access.Write,
        ["repository_hooks"] = Access.Write,
        ["repository_projects"] = Access.Admin,
        ["secret_scanning_alerts"] = Access.Write,
        ["secrets"] = Access.Write,
        ["security_events"] = Access.Write,
        ["single_file"] = Access.Write,
        ["statuses"] = Access.Write,
        ["vulnerability_alerts"] = Access.Write,
        ["workflows"] = Access.Write,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
