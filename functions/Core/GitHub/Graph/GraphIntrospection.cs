using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>Answers <c>__type</c> from what may be asked for, so that clients that look before they ask do not ask for what is refused.</summary>
public static class GraphIntrospection
{
    /// <summary>A type as it was asked for; null when there is none that may be asked for. Of a type, its kind, name and fields' names are told; all else is null.</summary>
    /// <param name="name">The type's name.</param>
    /// <param name="selected">What is asked for of it.</param>
    public static JsonNode? Describe(string? name, ImmutableArray<GraphSelected> selected) =>
        name is not null && GraphSchema.GitHub.Find(name) is { } type
            ? Select(selected, field => field.Field switch
            {
                "__typename" => "__Type",
                "name" => type.Name,
                "kind" => type.IsUnion ? "UNION" : type.Possible.Count > 0 ? "INTERFACE" : "OBJECT",
                "fields" when !type.IsUnion => new JsonArray([.. type.Fields.Keys.Order(StringComparer.Ordinal).Select(each => (JsonNode)Select(field.Selected, part => part.Field switch
                {
                    "__typename" => "__Field",
                    "name" => each,
                    "isDeprecated" => false,
                    _ => null,
                }))]),
                _ => null,
            })
            : null;

    private static JsonObject Select(ImmutableArray<GraphSelected> selected, Func<GraphSelected, JsonNode?> valueOf) =>
        new(selected.DistinctBy(static field => field.Key).Select(field => KeyValuePair.Create(field.Key, valueOf(field))));
}
