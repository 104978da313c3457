using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Gateway.Vault;

/// <summary>Answers in Key Vault's JSON. Ids are the real vault's, since clients take them apart; texts that people wrote are masked.</summary>
/// <remarks>Source: learn.microsoft.com, "Key Vault REST API reference", secrets: SecretBundle, SecretItem, DeletedSecretBundle, SecretListResult.</remarks>
internal static class VaultJson
{
    /// <summary>What the broker's own tags begin with: they say what a mask stands for.</summary>
    public const string OwnTags = "broker-";

    /// <summary>Whether a tag is one that only the broker writes. The vault's own are never shown as such.</summary>
    public static bool IsOwnTag(string name) => name.StartsWith(OwnTags, StringComparison.OrdinalIgnoreCase);

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A secret, with what is shown of its value.</summary>
    /// <param name="vault">The vault's address.</param>
    /// <param name="facts">What the vault says of it.</param>
    /// <param name="value">The value, or its mask; null for none.</param>
    /// <param name="shape">What stands in its tags where the value is a mask; null otherwise.</param>
    /// <param name="mask">Masks what people wrote.</param>
    public static byte[] Secret(Uri vault, SecretFacts facts, string? value, SecretShape? shape, Func<string, string> mask) => Write(json => Write(json, vault, facts, value, shape, mask));

    /// <summary>A page of a list.</summary>
    public static byte[] Page(Uri vault, IEnumerable<SecretFacts> items, string? nextLink, Func<string, string> mask) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var facts in items)
        {
            Write(json, vault, facts, value: null, shape: null, mask);
        }

        json.WriteEndArray();
        json.WriteString("nextLink", nextLink);
        json.WriteEndObject();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            write(json);
        }

        return body.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Uri vault, SecretFacts facts, string? value, SecretShape? shape, Func<string, string> mask)
    {
        json.WriteStartObject();
        if (value is not null)
        {
            json.WriteString("value", value);
        }

        json.WriteString("id", $"{vault}secrets/{facts.Name}{(facts.Version is { } version ? $"/{version}" : "")}");
        if (facts.ContentType is { } type)
        {
            json.WriteString("contentType", mask(type));
        }

        WriteAttributes(json, facts);
        var tags = facts.Tags.Where(static pair => !IsOwnTag(pair.Key)).ToArray();
        if (tags.Length > 0 || shape is not null)
        {
            json.WriteStartObject("tags");
            foreach (var (name, text) in tags)
            {
                json.WriteString(mask(name), mask(text));
            }

            if (shape is not null)
            {
                WriteShape(json, facts, shape);
            }

            json.WriteEndObject();
        }

        if (facts.Deleted is { } deleted)
        {
            json.WriteString("recoveryId", $"{vault}deletedsecrets/{facts.Name}");
            json.WriteNumber("deletedDate", deleted.ToUnixTimeSeconds());
            if (facts.Purged is { } purged)
            {
                json.WriteNumber("scheduledPurgeDate", purged.ToUnixTimeSeconds());
            }
        }

        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, SecretFacts facts)
    {
        json.WriteStartObject("attributes");
        json.WriteBoolean("enabled", facts.IsEnabled);
        WriteTime(json, "nbf", facts.NotBefore);
        WriteTime(json, "exp", facts.Expires);
        WriteTime(json, "created", facts.Created);
        WriteTime(json, "updated", facts.Updated);
        if (facts.RecoveryLevel is { } level)
        {
            json.WriteString("recoveryLevel", level);
        }

        if (facts.RecoverableDays is { } days)
        {
            json.WriteNumber("recoverableDays", days);
        }

        json.WriteEndObject();
    }

    /// <summary>What is told of a masked value, where every client looks: among the tags.</summary>
    private static void WriteShape(Utf8JsonWriter json, SecretFacts facts, SecretShape shape)
    {
        json.WriteString("broker-masked", "true");
        json.WriteString("broker-length", shape.Length);
        if (shape.Rule is { } rule)
        {
            json.WriteString("broker-rule", rule);
        }

        if (facts.Created is { } created)
        {
            json.WriteString("broker-rotated", created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        if (shape.Fingerprint is { } print)
        {
            json.WriteString("broker-fingerprint", print);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, known.ToUnixTimeSeconds());
        }
    }
}
