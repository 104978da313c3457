using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Which refs and paths a caller may know of, asked with what an answer holds. What is not there, or makes no sense, may not be known.</summary>
internal sealed class Sight(Grant grant)
{
    private const int ShaLength = 40;

    /// <summary>A branch, by its short name. Where GitHub does not say whether a name is a branch's or a tag's, it is taken for a branch's.</summary>
    public bool Branch(JsonNode? name) => Ref("refs/heads/", name);

    /// <summary>A tag, by its short name.</summary>
    public bool Tag(JsonNode? name) => Ref("refs/tags/", name);

    /// <summary>A ref by its full name.</summary>
    public bool Full(JsonNode? name) => Ref("", name);

    /// <summary>A branch's name or a ref's. An id is neither: which refs hold it is not known.</summary>
    public bool Any(JsonNode? name) => Text(name) is { } text
        && (text.StartsWith("refs/", StringComparison.Ordinal) ? Full(name) : !(text.Length >= ShaLength && text.All(char.IsAsciiHexDigit)) && Branch(name));

    /// <summary>A path.</summary>
    public bool Path(JsonNode? path) => Text(path) is { } text && grant.Readable.MayRead(text);

    /// <summary>The text; null when it is none.</summary>
    public static string? Text(JsonNode? value) => value is JsonValue known && known.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The number; null when it is none.</summary>
    public static long? Number(JsonNode? value) => value is JsonValue known && known.TryGetValue<long>(out var number) ? number : null;

    private bool Ref(string prefix, JsonNode? name) => Text(name) is { } text && RefName.TryParse(prefix + text, out var reference) && grant.Named.Shows(reference);
}
