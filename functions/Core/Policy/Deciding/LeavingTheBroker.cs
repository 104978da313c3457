using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// Whether a token may leave the broker. Outside of it only repository, permissions and time hold it back; whatever else the rules about this caller hold back (refs, paths,
/// calls, what waits for people) the token would go around. So there is none as long as they hold anything back that it could do (<see cref="TokenReaches"/>).
/// </summary>
internal static class LeavingTheBroker
{
    /// <summary>What one rule holds back of a token for these permissions, in words; null when it lets it go.</summary>
    public static string? Misses(Rule rule, PermissionSet permissions)
    {
        if (!rule.Exchange)
        {
            return "gives that through the broker only (it has no 'exchange: true')";
        }

        // GitHub gives metadata with every token, and that alone shows what branches there are.
        if (!rule.Refs.Visible.IsEverything)
        {
            return "does not show every ref";
        }

        return MovesRefs(permissions) && !rule.Refs.PushesEverything ? $"lets {rule.Refs.PushText} be pushed only" : null;
    }

    /// <summary>What the rules about this caller hold back together, in words; null when nothing.</summary>
    public static (Rule? Rule, string Text)? HeldBack(ImmutableArray<Rule> covering, RefVisibility contents, OpaqueHandling opaque, PermissionSet permissions)
    {
        if (permissions.Items.Where(static each => TokenReaches.Of(each.Key, each.Value).HasFlag(TokenReach.Never)).Select(static each => each.Key).FirstOrDefault() is { } never)
        {
            return (null, $"{PermissionSet.Of(never, permissions[never])} opens ways that the broker never does");
        }

        var reach = TokenReaches.Of(permissions);

        if (reach.HasFlag(TokenReach.Shows) && !contents.IsEverything)
        {
            return (null, "it would show files, and no rule that gives contents:read shows every ref");
        }

        foreach (var rule in covering)
        {
            if (rule.Deny.Select(entry => HeldBack(entry, permissions)).FirstOrDefault(static text => text is not null) is { } denied)
            {
                return (rule, denied);
            }

            if (rule.Approve.Any(entry => (MovesRefs(permissions) && entry is { Secrets.IsEmpty: true, Api: null }) || CouldMatch(entry.Api, permissions)))
            {
                return (rule, "wants people to approve some of what could be done with it");
            }
        }

        return reach.HasFlag(TokenReach.Carries) && opaque != OpaqueHandling.Allow
            ? (null, "the repository could be cloned with it, or what was made of its files be had, which the rules do not allow (opaque)")
            : null;
    }

    private static string? HeldBack(DenyEntry entry, PermissionSet permissions) => entry switch
    {
        { Read: not null } => "keeps some paths from readers",
        { Push: not null } when MovesRefs(permissions) => "denies some pushes",
        _ when CouldMatch(entry.Api, permissions) => "denies some calls that could be made with it",
        _ => null,
    };

    private static bool MovesRefs(PermissionSet permissions) => TokenReaches.Of(permissions).HasFlag(TokenReach.Moves);

    /// <summary>Whether some call that the entry is about could be made with these permissions.</summary>
    private static bool CouldMatch(ApiMatcher? entry, PermissionSet permissions) =>
        entry is not null
        && (entry.Permissions.IsEmpty || entry.Permissions.Items.Any(asked => permissions[asked.Key] >= asked.Value))
        && (entry.Writes != true || permissions.Writes)
        && (entry.Routes.IsEmpty || entry.Routes.Any(glob => CouldCall(glob, permissions)));

    private static bool CouldCall(Glob routes, PermissionSet permissions)
    {
        var text = routes.ToString();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return true;
        }

        // Of GraphQL there is no table of what each field needs.
        var verb = Glob.Compile(text[..space], ignoreCase: true);
        var graph = text[space + 1] != '/' && (verb.IsMatch("query") || (verb.IsMatch("mutation") && permissions.Writes));
        return graph || ApiRoutes.GitHub.All.Any(route => routes.IsMatch(route.Id) && IsOpen(route, permissions));
    }

    // What a refused route needs is not in the table: whatever writes could be enough for it.
    private static bool IsOpen(ApiRoute route, PermissionSet permissions) => route.Needs.IsEmpty
        ? route.Method == "GET" || permissions.Writes
        : route.Needs.Any(permissions.Union(PermissionSet.MetadataRead).Covers);
}
