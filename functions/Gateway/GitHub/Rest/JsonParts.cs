using System.Text.Json;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Parts of an answer whose shape nobody vouches for: what is not there, or of another kind, is null.</summary>
internal static class JsonParts
{
    public static JsonElement? Child(this JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var child) ? child : null;

    public static JsonElement? Child(this JsonElement parent, string name) => ((JsonElement?)parent).Child(name);

    public static string? Text(this JsonElement? value) => value is { ValueKind: JsonValueKind.String } known ? known.GetString() : null;

    public static long? Number(this JsonElement? value) => value is { ValueKind: JsonValueKind.Number } known && known.TryGetInt64(out var number) ? number : null;

    /// <summary>A list's entries; null when it is no list.</summary>
    public static IEnumerable<JsonElement>? Entries(this JsonElement? value) => value is { ValueKind: JsonValueKind.Array } known ? known.EnumerateArray() : null;
}
