using System.Globalization;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// An audit event as custom events: its JSON's properties by name, lists and objects as JSON text. A value that is too long goes on in <c>name.2</c>,
/// <c>name.3</c> ...; what does not fit one item goes on in further ones with the same head and the properties <c>part</c> (from 1) and <c>parts</c>, names
/// starting anew in each. So the whole value is: all parts in order, in each <c>name</c>, <c>name.2</c> and so on, joined. Nothing is left out.
/// </summary>
internal static class EventParts
{
    /// <summary>What every part repeats, so that each can be found and joined on its own.</summary>
    private static readonly string[] Head = ["event", "id", "at", "request", "session"];

    /// <summary>The parts, at least one.</summary>
    public static List<CustomEvent> Of(AuditEvent auditEvent)
    {
        using var json = JsonDocument.Parse(AuditJson.Serialize(auditEvent));
        var properties = json.RootElement.EnumerateObject().Select(static property => (property.Name, Value: TextOf(property.Value))).ToList();
        var name = properties.First(static property => property.Name == "event").Value;
        var head = properties.Where(static property => Head.Contains(property.Name)).ToDictionary(static property => property.Name, static property => property.Value);

        var parts = new List<Dictionary<string, string>>();
        var room = 0;
        foreach (var (key, value) in properties.Where(static property => !Head.Contains(property.Name)))
        {
            if (key.Length > EventLimits.Key - ".2147483647".Length)
            {
                throw new InvalidOperationException($"The property {key} of {name} has too long a name for telemetry.");
            }

            var chunk = 1;
            foreach (var text in Chunks(value))
            {
                var bytes = Bytes(key) + 16 + Bytes(text);
                if (parts.Count == 0 || bytes > room)
                {
                    parts.Add(new Dictionary<string, string>(head, StringComparer.Ordinal));
                    room = EventLimits.Properties - head.Sum(static pair => Bytes(pair.Key) + Bytes(pair.Value) + 8);
                    chunk = 1;
                }

                parts[^1].Add(chunk == 1 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}.{chunk}"), text);
                room -= bytes;
                chunk++;
            }
        }

        if (parts.Count == 0)
        {
            parts.Add(head);
        }

        if (parts.Count > 1)
        {
            for (var i = 0; i < parts.Count; i++)
            {
                parts[i].Add("part", (i + 1).ToString(CultureInfo.InvariantCulture));
                parts[i].Add("parts", parts.Count.ToString(CultureInfo.InvariantCulture));
            }
        }

        return [.. parts.Select(part => new CustomEvent(name, auditEvent.Id, auditEvent.Session, part))];
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Pieces of at most a value's length, none of which cuts a character in two.</summary>
    private static IEnumerable<string> Chunks(string value)
    {
        if (value.Length <= EventLimits.Value)
        {
            yield return value;
            yield break;
        }

        for (var start = 0; start < value.Length;)
        {
            var length = Math.Min(EventLimits.Value, value.Length - start);
            length -= start + length < value.Length && char.IsHighSurrogate(value[start + length - 1]) ? 1 : 0;
            yield return value.Substring(start, length);
            start += length;
        }
    }

    // As the exporter writes it: JSON, everything but plain ASCII escaped.
    private static int Bytes(string text) => Ascii.IsValid(text) && !text.AsSpan().ContainsAny(Escaped) ? text.Length + 2 : JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length + 2;

    private static readonly System.Buffers.SearchValues<char> Escaped =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 32).Select(static c => (char)c), '"', '\\', '<', '>', '&', '\'', '+', '`', '\u007f']);
}

/// <summary>One custom event, within the limits.</summary>
/// <param name="Name">Its name, such as <c>operation.decided</c>.</param>
/// <param name="Id">The audit event's number.</param>
/// <param name="Session">The session; null when there is none.</param>
/// <param name="Properties">Its properties.</param>
internal sealed record CustomEvent(string Name, int Id, string? Session, IReadOnlyDictionary<string, string> Properties);
