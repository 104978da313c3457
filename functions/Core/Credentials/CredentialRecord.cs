using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Credentials;

/// <summary>An outstanding token as State holds it.</summary>
/// <param name="Instance">The instance that minted it and means to revoke it.</param>
/// <param name="Expires">When the token ends by itself.</param>
/// <param name="Sealed">The token, sealed.</param>
internal sealed record CredentialRecord(
    [property: JsonRequired] string Instance, [property: JsonRequired] DateTimeOffset Expires, [property: JsonRequired] byte[] Sealed)
{
    /// <summary>When it is to be revoked whoever lives, since it left the broker; null for one that is revoked when its instance is done with it.</summary>
    public DateTimeOffset? RevokeAt { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CredentialJson.Default.CredentialRecord);

    /// <summary>Null when the bytes are no such record.</summary>
    public static CredentialRecord? FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, CredentialJson.Default.CredentialRecord);
        }
        catch (JsonException)
        {
            // The caller reports it: what State holds is not what was put there.
            return null;
        }
    }
}

[JsonSerializable(typeof(CredentialRecord))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CredentialJson : JsonSerializerContext;
