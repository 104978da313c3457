using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.Approvals.Runs;

namespace CursorBroker.Core.Approvals;

/// <summary>An approval as State holds it.</summary>
/// <param name="Approval">The approval.</param>
/// <param name="Told">The last status that was told; null when not even that it was opened.</param>
/// <param name="Reminded">Whether somebody took it on to remind people.</param>
internal sealed record ApprovalRecord(
    [property: JsonRequired] Approval Approval, [property: JsonRequired] ApprovalStatus? Told, [property: JsonRequired] bool Reminded)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ApprovalJson.Default.ApprovalRecord);

    /// <summary>Null when the bytes are no such record.</summary>
    public static ApprovalRecord? FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, ApprovalJson.Default.ApprovalRecord) is { Approval.Votes.IsDefault: false } record ? record : null;
        }
        catch (JsonException)
        {
            // The caller reports it: what State holds is not what was put there.
            return null;
        }
    }
}

/// <summary>That an approval was used.</summary>
/// <param name="Request">By which request.</param>
/// <param name="At">When.</param>
internal sealed record ApprovalUse([property: JsonRequired] string Request, [property: JsonRequired] DateTimeOffset At);

/// <summary>Source-generated, so that the form cannot drift with run-time settings.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(ApprovalIdConverter),
        typeof(FingerprintConverter),
        typeof(NamesOnlyConverter<ApprovalStatus>),
        typeof(NamesOnlyConverter<ApprovalVerdict>),
        typeof(NamesOnlyConverter<ApprovalRefusal>),
        typeof(NamesOnlyConverter<Identity.CallerKind>),
    ])]
[JsonSerializable(typeof(ApprovalRecord))]
[JsonSerializable(typeof(ApprovalUse))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(ApprovalHappened))]
[JsonSerializable(typeof(ApprovalOrder))]
[JsonSerializable(typeof(ApprovalProgress))]
internal sealed partial class ApprovalJson : JsonSerializerContext;

/// <summary>Enums by their stable names; a number is no value.</summary>
internal sealed class NamesOnlyConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Ids by their text.</summary>
internal sealed class ApprovalIdConverter : JsonConverter<ApprovalId>
{
    public override ApprovalId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ApprovalId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not an approval's id.");

    public override void Write(Utf8JsonWriter writer, ApprovalId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>Fingerprints by their text.</summary>
internal sealed class FingerprintConverter : JsonConverter<Fingerprint>
{
    public override Fingerprint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Fingerprint.TryParse(reader.GetString(), out var fingerprint) ? fingerprint : throw new JsonException("Not a fingerprint.");

    public override void Write(Utf8JsonWriter writer, Fingerprint value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
