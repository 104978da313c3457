using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>GitHub's REST routes as the broker knows them. What is not here does not exist for the broker, whatever GitHub would make of it.</summary>
public sealed class ApiRoutes
{
    private readonly ApiRouteTree _tree;

    internal ApiRoutes(ImmutableArray<ApiRoute> routes)
    {
        All = routes;
        _tree = new(routes);
    }

    /// <summary>The table that this assembly holds.</summary>
    public static ApiRoutes GitHub { get; } = new(ApiRouteFile.Read());

    /// <summary>Every route, those that are refused included.</summary>
    public ImmutableArray<ApiRoute> All { get; }

    /// <summary>The call of a route in policy terms, as far as the route alone tells.</summary>
    /// <param name="route">Method and template, or what else a policy may name; of what the table does not have, such as a field of GraphQL, nothing is known.</param>
    public static ApiCall CallOf(string route) => GitHub.All.FirstOrDefault(each => each.Id == route)?.ToCall() ?? new ApiCall(route);

    /// <summary>The route of a request line.</summary>
    /// <param name="method">The method, in capitals.</param>
    /// <param name="path">The path.</param>
    /// <returns>The route with its parameters; null when there is none for this method and path, or a parameter is nothing that GitHub would take.</returns>
    public ApiMatch? Match(string method, ApiPath path)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Leaf(path) is { } leaf && leaf.Routes.TryGetValue(method, out var route) && Parameters(leaf, path.Segments) is { } parameters
            ? new(route, parameters)
            : null;
    }

    /// <summary>The methods that the path's routes have; none when there is no such path.</summary>
    public IEnumerable<string> MethodsOf(ApiPath path) => Leaf(path)?.Routes.Keys ?? Enumerable.Empty<string>();

    private ApiRouteTree.Leaf? Leaf(ApiPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWithSlash && path.Segments is not ["repos", _, _, "contents"] ? null : _tree.Find(path.Segments);
    }

    private static ImmutableDictionary<string, string>? Parameters(ApiRouteTree.Leaf leaf, ImmutableArray<string> segments)
    {
        var parameters = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < leaf.Parameters.Length; i++)
        {
            var (name, at) = leaf.Parameters[i];
            var isLast = i == leaf.Parameters.Length - 1;
            var value = isLast && leaf.TakesRest ? string.Join('/', segments.AsSpan()[at..]!) : segments[at];
            if (!ApiParameters.Takes(name, value))
            {
                return null;
            }

            parameters.Add(name, value);
        }

        return parameters.ToImmutable();
    }
}
