using System.Collections.Immutable;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>
/// The templates as a tree of segments. A literal goes before a parameter, a parameter before one that takes the rest, whatever the method: <c>releases/latest</c> is never
/// the release called "latest". Literals compare by case; owners and repositories are parameters and keep what was written.
/// </summary>
internal sealed class ApiRouteTree
{
    private readonly Node _root = new();

    public ApiRouteTree(IEnumerable<ApiRoute> routes)
    {
        foreach (var route in routes)
        {
            Add(route);
        }
    }

    /// <summary>The routes at a path, one a method, with the path's segments that each of their parameters begins at; null when there are none.</summary>
    public Leaf? Find(ImmutableArray<string> segments) => Find(_root, segments, 0);

    private void Add(ApiRoute route)
    {
        var node = _root;
        string[] parts = route.Template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parameters = ImmutableArray.CreateBuilder<(string Name, int Segment)>();
        var takesRest = false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] is not ['{', .. var name, '}'])
            {
                node = node.Literals.TryGetValue(parts[i], out var literal) ? literal : node.Literals[parts[i]] = new();
                continue;
            }

            parameters.Add((name, i));
            takesRest = i == parts.Length - 1 && ApiParameters.IsMultiSegment(name);
            node = takesRest ? node.Rest ??= new() : node.Parameter ??= new();
        }

        node.Leaf ??= new(parameters.ToImmutable(), takesRest, []);
        if (!node.Leaf.Parameters.SequenceEqual(parameters) || !node.Leaf.Routes.TryAdd(route.Method, route))
        {
            throw new InvalidDataException($"{route.Id} is there twice, or under other names.");
        }
    }

    private static Leaf? Find(Node node, ImmutableArray<string> segments, int at)
    {
        if (at == segments.Length)
        {
            return node.Leaf;
        }

        return (node.Literals.TryGetValue(segments[at], out var literal) ? Find(literal, segments, at + 1) : null)
            ?? (node.Parameter is { } parameter ? Find(parameter, segments, at + 1) : null)
            ?? node.Rest?.Leaf;
    }

    /// <summary>The routes of one template.</summary>
    /// <param name="Parameters">The parameters' names, with the segment that each begins at.</param>
    /// <param name="TakesRest">Whether the last of them takes all the segments that are left.</param>
    /// <param name="Routes">The routes by method.</param>
    public sealed record Leaf(ImmutableArray<(string Name, int Segment)> Parameters, bool TakesRest, Dictionary<string, ApiRoute> Routes);

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Parameter { get; set; }

        public Node? Rest { get; set; }

        public Leaf? Leaf { get; set; }
    }
}
