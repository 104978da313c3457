using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>What a field or a mutation needs: every part, of each part any one permission.</summary>
internal sealed class GraphNeeds
{
    private readonly ImmutableArray<ImmutableArray<(string Name, Access Access)>> _parts;

    private GraphNeeds(ImmutableArray<ImmutableArray<(string, Access)>> parts) => _parts = parts;

    /// <summary>Nothing beyond seeing the repository.</summary>
    public static GraphNeeds Nothing { get; } = new([]);

    /// <summary>Parses <c>checks:read+statuses:read</c> (all) with <c>issues:read|pull_requests:read</c> (any) as a part.</summary>
    public static GraphNeeds Parse(string text) => text.Length == 0 ? Nothing : new([.. text.Split('+').Select(static part => part.Split('|').Select(Permission).ToImmutableArray())]);

    /// <summary>The sets of permissions that satisfy all of these, the smallest first; <c>metadata:read</c> when they need nothing.</summary>
    public static ImmutableArray<PermissionSet> Satisfy(IEnumerable<GraphNeeds> needs)
    {
        var parts = needs.SelectMany(static each => each._parts).ToList();
        var set = parts.Where(static part => part.Length == 1).Select(static part => part[0])
            .Aggregate(PermissionSet.Empty, static (held, permission) => held.Union(PermissionSet.Of(permission.Name, permission.Access)));
        ImmutableArray<PermissionSet> sets = [set];
        foreach (var part in parts.Where(static part => part.Length > 1))
        {
            // Where one of the alternatives is needed anyway, nothing is added.
            sets = [.. sets.SelectMany(held => part.Any(permission => held[permission.Name] >= permission.Access) ? [held] : part.Select(permission => held.Union(PermissionSet.Of(permission.Name, permission.Access))))];
            sets = [.. sets.Distinct()];
        }

        return [.. sets.OrderBy(static each => each.Items.Count()).ThenBy(static each => each.ToString(), StringComparer.Ordinal).Select(static each => each.IsEmpty ? PermissionSet.Of("metadata", Access.Read) : each)];
    }

    private static (string, Access) Permission(string text) => text.Split(':') is [var name, var access] ? (name, Enum.Parse<Access>(access, ignoreCase: true)) : throw new FormatException($"'{text}' is no permission.");
}
