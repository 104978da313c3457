using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Vault;

/// <summary>What a changing request sends: a value, and what is said of it.</summary>
/// <param name="Value">The value; null for a change of attributes alone.</param>
/// <param name="Change">What is said of it.</param>
internal sealed record VaultBody(string? Value, SecretChange Change)
{
    /// <summary>Largest value, in bytes of UTF-8, as the vault has it.</summary>
    public const int MaxValueBytes = 25 * 1024;

    // Every character of a value escaped, and the rest.
    private const int MaxBytes = (6 * MaxValueBytes) + (32 * 1024);

    private const int MostTags = 15;
    private const int LongestTag = 256;
    private const int LongestType = 255;

    /// <summary>Not the value.</summary>
    public override string ToString() => $"{nameof(VaultBody)} {(Value is null ? "without" : "with")} a value";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads the body of a set (with a value) or an update (without one).</summary>
    public static async ValueTask<Outcome<VaultBody>> ReadAsync(HttpRequest request, bool hasValue, CancellationToken cancellationToken)
    {
        if (request.Headers.ContainsKey(HeaderNames.ContentEncoding)
            || request.Headers.ContentType is not [{ } type]
            || !MediaTypeHeaderValue.TryParse(type, out var media)
            || !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return Bad("The body is application/json, in no content encoding.");
        }

        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes)
        {
            return TooLong();
        }

        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, length), Strict);
            return Read(json.RootElement, hasValue);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            // Their texts quote what was sent.
            return Bad("The body is not JSON that can be read in one way only: no member twice, no comments, valid UTF-8.");
        }
    }

    private static Outcome<VaultBody> Read(JsonElement root, bool hasValue)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Bad("The body is no JSON object.");
        }

        string? value = null;
        SecretChange? change = new();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == "value" && hasValue)
            {
                value = Text(member.Value, int.MaxValue);
                change = value is null ? null : change;
            }
            else
            {
                change = Said(member, change, hasValue);
            }

            if (change is null)
            {
                return Bad($"The body holds {(hasValue ? "value, " : "")}contentType, attributes (enabled, nbf, exp) and at most {MostTags} tags of text (none that begins with {VaultJson.OwnTags}, which are the broker's), and nothing else.");
            }
        }

        return hasValue && value is null ? Bad("The secret's value is missing: \"value\".")
            : value is not null && Encoding.UTF8.GetByteCount(value) > MaxValueBytes ? TooLong()
            : new VaultBody(value, change);
    }

    /// <summary>The change with one more member; null when it is none that may be there.</summary>
    private static SecretChange? Said(JsonProperty member, SecretChange change, bool hasValue) => (member.Name, member.Value.ValueKind) switch
    {
        ("contentType" or "tags" or "attributes", JsonValueKind.Null) => change,
        ("contentType", _) => Text(member.Value, LongestType) is { } type ? change with { ContentType = type } : null,
        ("tags", _) => Tags(member.Value, hasValue) is { } tags ? change with { Tags = tags } : null,
        ("attributes", _) => Attributes(member.Value, change),
        _ => null,
    };

    private static string? Text(JsonElement element, int longest) => element.ValueKind == JsonValueKind.String && element.GetString() is { } text && text.Length <= longest ? text : null;

    private static ImmutableSortedDictionary<string, string>? Tags(JsonElement element, bool hasValue)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in element.EnumerateObject())
        {
            if (tag.Name.Length is 0 or > LongestTag || Text(tag.Value, LongestTag) is not { } text || tags.Count == MostTags)
            {
                return null;
            }

            // What the broker said of a mask comes back with properties that were read; it is no tag of the secret's. What a new value is said to be is its owner's own words.
            if (VaultJson.IsOwnTag(tag.Name))
            {
                if (hasValue)
                {
                    return null;
                }
            }
            else
            {
                tags[tag.Name] = text;
            }
        }

        return tags.ToImmutable();
    }

    /// <summary>What clients send back of what they were given (created, recoveryLevel and so on) is the vault's to say, and left out.</summary>
    private static SecretChange? Attributes(JsonElement element, SecretChange change)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var attribute in element.EnumerateObject().Where(static each => each.Value.ValueKind != JsonValueKind.Null))
        {
            SecretChange? next = (attribute.Name, attribute.Value.ValueKind) switch
            {
                ("enabled", JsonValueKind.True or JsonValueKind.False) => change with { IsEnabled = attribute.Value.GetBoolean() },
                ("nbf", JsonValueKind.Number) => Time(attribute.Value) is { } time ? change with { NotBefore = time } : null,
                ("exp", JsonValueKind.Number) => Time(attribute.Value) is { } time ? change with { Expires = time } : null,
                ("created" or "updated", JsonValueKind.Number) => change,
                ("recoveryLevel", JsonValueKind.String) => change,
                ("recoverableDays", JsonValueKind.Number) => change,
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            change = next;
        }

        return change;
    }

    private static DateTimeOffset? Time(JsonElement seconds) =>
        seconds.TryGetInt64(out var number) && number is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(number) : null;

    private static Refusal Bad(string message) => Refusals.Malformed(message) with { Code = VaultRefusal.BadParameter };

    private static Refusal TooLong() =>
        new(Stage.Classify, RefusalKind.TooLarge, new CallerText($"A secret's value is at most {MaxValueBytes} bytes long."), "longer than a value may be") { Code = VaultRefusal.BadParameter };
}
