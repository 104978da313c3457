using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>
/// The one JSON form of audit events: what the Ledger hashes and exports. UTF-8, one line, camelCase, the <c>event</c> discriminator first,
/// absent values left out, times in UTC. Text from outside is data: everything but plain ASCII is escaped, so that no value can break a line,
/// end a string or reach a terminal as a control sequence.
/// </summary>
public static class AuditJson
{
    /// <summary>The event as UTF-8 JSON. Equal events give equal bytes.</summary>
    public static byte[] Serialize(AuditEvent auditEvent) =>
        JsonSerializer.SerializeToUtf8Bytes(auditEvent, AuditJsonContext.Default.AuditEvent);

    /// <summary>
    /// Reads an event back; null when the bytes are none that this version knows (a newer version's kind, or not an event at all).
    /// </summary>
    public static AuditEvent? Deserialize(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, AuditJsonContext.Default.AuditEvent);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>Source-generated, so that the form cannot drift with run-time settings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = false,
    Converters = [typeof(UtcTimestampConverter)])]
[JsonSerializable(typeof(AuditEvent))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
