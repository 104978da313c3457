using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>The permissions that tools' calls need, as the table of routes has them.</summary>
internal static class Needs
{
    public static readonly PermissionSet ActionsRead = PermissionSet.Of("actions", Access.Read);

    public static readonly PermissionSet IssuesRead = PermissionSet.Of("issues", Access.Read);

    public static readonly PermissionSet IssuesWrite = PermissionSet.Of("issues", Access.Write);

    public static readonly PermissionSet PullsRead = PermissionSet.Of("pull_requests", Access.Read);

    public static readonly PermissionSet PullsWrite = PermissionSet.Of("pull_requests", Access.Write);

    /// <summary>Whether one of these is ever given.</summary>
    public static bool MayEverAny(this PolicyReach reach, params ReadOnlySpan<PermissionSet> sets)
    {
        foreach (var set in sets)
        {
            if (reach.MayEver(set))
            {
                return true;
            }
        }

        return false;
    }
}
