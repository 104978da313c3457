using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Identity;

/// <summary>A session as State keeps it.</summary>
internal sealed record SessionRecord(SessionId Session, DateTimeOffset LastSeen)
{
    public static byte[] Write(SessionRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new SessionRecordJson(record.Session.Value, record.LastSeen.ToString("O", CultureInfo.InvariantCulture)), SessionRecordContext.Default.SessionRecordJson);

    /// <summary>Null when the bytes are not a session record.</summary>
    public static SessionRecord? Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, SessionRecordContext.Default.SessionRecordJson) is { Id.Length: > 0 } json
                && DateTimeOffset.TryParseExact(json.LastSeen, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var lastSeen)
                    ? new SessionRecord(new SessionId(json.Id), lastSeen)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record SessionRecordJson(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("lastSeen")] string LastSeen);

[JsonSerializable(typeof(SessionRecordJson))]
internal sealed partial class SessionRecordContext : JsonSerializerContext;
