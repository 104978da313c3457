using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Parts of answers whose shape nobody vouches for: what is not there, or of another kind, is null. And new objects made of them.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A member.</summary>
    public static JsonNode? At(this JsonNode? node, string name) => node is JsonObject known ? known[name] : null;

    /// <summary>A text.</summary>
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The text of a member.</summary>
    public static string? Text(this JsonNode? node, string name) => node.At(name).Text();

    /// <summary>The whole number of a member.</summary>
    public static long? Number(this JsonNode? node, string name) => node.At(name) is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <summary>Whether a member is true.</summary>
    public static bool IsTrue(this JsonNode? node, string name) => node.At(name) is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>The entries that are objects; none when it is no list.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node) => node is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>A list of texts, one taken of each entry; null when there is none, so that it is left out.</summary>
    public static JsonArray? Texts(this JsonNode? node, Func<JsonObject, string?> of) =>
        node.Objects().Select(of).OfType<string>().Select(static text => (JsonNode?)text).ToArray() is { Length: > 0 } texts ? new(texts) : null;

    /// <summary>The same value, for another tree.</summary>
    public static JsonNode? Copy(this JsonNode? node, string name) => node.At(name)?.DeepClone();

    /// <summary>An object of those members that have a value; empty texts and lists count as none.</summary>
    public static JsonObject Of(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null and not JsonArray { Count: 0 } && value.Text() is not "")
            {
                made[name] = value;
            }
        }

        return made;
    }

    /// <summary>A list.</summary>
    public static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);

    /// <summary>As text for a model: nothing escaped that need not be.</summary>
    public static string Written(this JsonNode node) => node.ToJsonString(Plain);
}
