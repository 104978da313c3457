using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>Writes an instant as <c>2026-01-02T03:04:05.0000000Z</c>: always UTC, always seven digits, so that text order is time order.</summary>
internal sealed class UtcTimestampConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>The form, for <see cref="DateTimeOffset.ToString(string, IFormatProvider)"/> of a UTC instant.</summary>
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.TryParseExact(
            reader.GetString(), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new JsonException("Not a UTC timestamp of the ledger's form.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
