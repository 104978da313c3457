using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Lfs;

/// <summary>Writes JSON, one object.</summary>
internal static class LfsJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static void WriteRef(Utf8JsonWriter json, RefName? named)
    {
        if (named is not null)
        {
            json.WriteStartObject("ref");
            json.WriteString("name", named.Value);
            json.WriteEndObject();
        }
    }
}
