using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace CursorBroker.Core.Identity;

/// <summary>
/// A token's JSON object, parsed once: no duplicate names (RFC 7519, 4 lets parsers pick either, which is how two readers come to
/// disagree), bounded depth, every text valid Unicode. A value of the wrong type reads as absent; callers that must tell the two
/// apart ask <see cref="Has"/>.
/// </summary>
public sealed class TokenClaims
{
    private const int MaxDepth = 16;

    // 9999-12-31T23:59:59Z, the end of DateTimeOffset.
    private const double LatestSeconds = 253402300799;

    private readonly JsonElement _object;

    private TokenClaims(JsonElement value) => _object = value;

    /// <summary>Parses a JSON object. False when it is not one, or not a strict one.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out TokenClaims? claims)
    {
        claims = null;
        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            ReadAllText(document.RootElement);
            claims = new TokenClaims(document.RootElement.Clone());
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // How System.Text.Json reports an escaped lone surrogate ("\ud800") or escaped text that is not UTF-8.
            return false;
        }
    }

    /// <summary>Whether there is such a member, of any type.</summary>
    public bool Has(string name) => _object.TryGetProperty(name, out _);

    /// <summary>A non-empty string; null otherwise.</summary>
    public string? Text(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A string or an array of strings; null when absent or anything else.</summary>
    public ImmutableArray<string>? Texts(string name)
    {
        if (!_object.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
        {
            return null;
        }

        return [.. value.EnumerateArray().Select(v => v.GetString()!)];
    }

    /// <summary>A NumericDate (RFC 7519, 2: seconds since 1970, perhaps with a fraction); null when absent, not a number or out of range.</summary>
    public DateTimeOffset? Time(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= LatestSeconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    /// <summary>Whether the member is <c>true</c>, or the text of it.</summary>
    public bool IsTrue(string name) =>
        _object.TryGetProperty(name, out var value)
        && (value.ValueKind == JsonValueKind.True
            || (value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The names of an object-valued member's own members; null when absent or not an object.</summary>
    public ImmutableArray<string>? MemberNames(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? [.. value.EnumerateObject().Select(p => p.Name)]
            : null;

    /// <summary>Every member that is a scalar or an array of scalars, as texts: numbers as written, <c>true</c> and <c>false</c> as such.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Scalars()
    {
        var all = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var member in _object.EnumerateObject())
        {
            var values = member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : ImmutableArray.Create(member.Value);
            if (values.All(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
            {
                all[member.Name] = [.. values.Select(ScalarText)];
            }
        }

        return all.ToImmutable();
    }

    private static string ScalarText(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static void ReadAllText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    ReadAllText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAllText(member.Value);
                }

                break;
        }
    }
}
