using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>The stored form of snapshots: UTF-8 JSON, camelCase, enums by name. At rest only: never sent to a browser as it is.</summary>
public static class SnapshotJson
{
    // The default would write each '+' and '<' of a diff as six characters. Whoever shows a snapshot escapes it.
    private static readonly SnapshotJsonContext Context = new(
        new JsonSerializerOptions(SnapshotJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The snapshot as JSON.</summary>
    public static byte[] Write(ApprovalSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot, Context.ApprovalSnapshot);

    /// <summary>Null when the bytes are none that this version knows.</summary>
    public static ApprovalSnapshot? Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, Context.ApprovalSnapshot);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(NamesOnlyConverter<SnapshotUpdateKind>), typeof(NamesOnlyConverter<SnapshotContent>)])]
[JsonSerializable(typeof(ApprovalSnapshot))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;
