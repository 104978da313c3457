using System.Collections.Immutable;

namespace CursorBroker.GitHubApi.Tests.Refreshing;

/// <summary>Brings the table up to what GitHub says today. Kinds, traits, reasons and needs that begin with <c>!</c> are people's and stay.</summary>
internal static class RouteRefresh
{
    public const string NotLookedAt = "Nobody has looked at it yet.";

    /// <summary>The lines as they should be, and what people have to look at.</summary>
    /// <param name="lines">The table.</param>
    /// <param name="operations">GitHub's operations.</param>
    /// <param name="permissions">The permissions that GitHub lists for an operation (<c>contents:read</c>); null to leave the needs alone.</param>
    public static (ImmutableArray<RouteLine> Lines, ImmutableArray<string> ToLookAt) Refresh(
        IEnumerable<RouteLine> lines, IReadOnlyCollection<ApiOperation> operations, ILookup<string, string>? permissions)
    {
        var known = operations.ToDictionary(static operation => operation.Id);
        var refreshed = ImmutableArray.CreateBuilder<RouteLine>();
        var toLookAt = ImmutableArray.CreateBuilder<string>();
        foreach (var line in lines)
        {
            if (!known.Remove(line.Id, out var operation))
            {
                toLookAt.Add($"not in GitHub's description: {line.Id}");
                refreshed.Add(line);
                continue;
            }

            refreshed.Add(line with { Query = line.Kind == "Refused" ? "" : string.Join(' ', operation.Query), Needs = Needs(line, permissions, toLookAt) });
        }

        foreach (var operation in known.Values.Where(static operation => operation.IsForApps && operation.IsAboutARepository && !operation.Template.Contains("}...{", StringComparison.Ordinal)))
        {
            toLookAt.Add($"new: {operation.Id}");
            refreshed.Add(new(operation.Method, operation.Template, "Refused", "", "", "", NotLookedAt));
        }

        return (refreshed.ToImmutable(), toLookAt.ToImmutable());
    }

    /// <summary>One permission is a fact. Several are not: GitHub's lists do not say whether any of them will do or all are needed.</summary>
    private static string Needs(RouteLine line, ILookup<string, string>? permissions, ImmutableArray<string>.Builder toLookAt)
    {
        if (permissions is null || line.NeedsAreDecided || !line.IsForwarded)
        {
            return line.Needs;
        }

        string[] listed = [.. permissions[line.Id]];
        if (listed.Length != 1 || listed[0] != line.Needs)
        {
            toLookAt.Add($"needs: {line.Id}: '{line.Needs}', GitHub lists '{string.Join(", ", listed)}'");
        }

        return listed.Length == 1 ? listed[0] : line.Needs;
    }
}
