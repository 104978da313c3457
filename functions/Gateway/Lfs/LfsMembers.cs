using System.Text.Json;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Lfs;

/// <summary>
/// The members of a JSON object, read by name. What is not there, or is null, is null; what is there and is something else than was asked for is an error, which is
/// for whoever reads it to see (false).
/// </summary>
internal sealed class LfsMembers
{
    private const int MaxTextLength = 4096;

    private readonly JsonElement _json;

    private LfsMembers(JsonElement json) => _json = json;

    /// <summary>Null when the bytes are not one JSON object.</summary>
    public static LfsMembers? Parse(ReadOnlyMemory<byte> bytes, JsonDocumentOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, options);
            return Of(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            // To whoever asked it is all the same why.
            return null;
        }
    }

    /// <summary>Null when it is no object.</summary>
    public static LfsMembers? Of(JsonElement json) => json.ValueKind == JsonValueKind.Object ? new(json) : null;

    public bool TryText(string name, out string? text)
    {
        text = null;
        if (Find(name) is not { } found)
        {
            return true;
        }

        if (found.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = found.GetString();
            return text!.Length <= MaxTextLength;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON allows it, UTF-8 does not.
            return false;
        }
    }

    public bool TryNumber(string name, out long? number)
    {
        number = null;
        if (Find(name) is not { } found)
        {
            return true;
        }

        if (found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var value))
        {
            number = value;
            return true;
        }

        return false;
    }

    public bool TryFlag(string name, out bool flag)
    {
        var found = Find(name);
        flag = found?.ValueKind == JsonValueKind.True;
        return found is null or { ValueKind: JsonValueKind.True or JsonValueKind.False };
    }

    public bool TryObject(string name, out LfsMembers? members)
    {
        members = Find(name) is { } found ? Of(found) : null;
        return members is not null || Find(name) is null;
    }

    public bool TryArray(string name, out IReadOnlyList<JsonElement>? items)
    {
        var found = Find(name);
        items = found is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : null;
        return items is not null || found is null;
    }

    /// <summary>LFS's way of naming a ref: <c>{"ref": {"name": "refs/heads/main"}}</c>. Null when none is named.</summary>
    public bool TryRef(out RefName? named)
    {
        named = null;
        return TryObject("ref", out var holder)
            && (holder is null || (holder.TryText("name", out var text) && (string.IsNullOrEmpty(text) || RefName.TryParse(text, out named))));
    }

    /// <summary>Every member; texts only, of which nothing else is known.</summary>
    public IEnumerable<JsonProperty> All => _json.EnumerateObject();

    private JsonElement? Find(string name) =>
        _json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
