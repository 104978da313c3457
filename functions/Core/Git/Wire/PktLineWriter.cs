using System.Buffers;
using System.Text;

namespace CursorBroker.Core.Git.Wire;

/// <summary>Writes pkt-lines (gitprotocol-common(5)).</summary>
public static class PktLineWriter
{
    /// <summary>A data packet.</summary>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="PktLine.MaxPayload"/>.</exception>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (payload.Length > PktLine.MaxPayload)
        {
            throw new ArgumentException($"A pkt-line holds at most {PktLine.MaxPayload} bytes.", nameof(payload));
        }

        var length = payload.Length + PktLine.HeaderLength;
        var span = output.GetSpan(length);
        WriteLength(span, length);
        payload.CopyTo(span[PktLine.HeaderLength..]);
        output.Advance(length);
    }

    /// <summary>A line of text in UTF-8 with a line feed.</summary>
    /// <exception cref="ArgumentException">The line is longer than <see cref="PktLine.MaxPayload"/>.</exception>
    public static void WriteLine(IBufferWriter<byte> output, string line) => WriteData(output, Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary><c>0000</c>.</summary>
    public static void WriteFlush(IBufferWriter<byte> output) => WriteRaw(output, "0000"u8);

    /// <summary><c>0001</c>.</summary>
    public static void WriteDelimiter(IBufferWriter<byte> output) => WriteRaw(output, "0001"u8);

    /// <summary>
    /// Bytes on a side-band (gitprotocol-capabilities(5), side-band-64k): 1 data, 2 messages, 3 a fatal message. As many packets as needed;
    /// none for no bytes.
    /// </summary>
    public static void WriteSideBand(IBufferWriter<byte> output, byte band, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(output);
        const int overhead = PktLine.HeaderLength + 1;
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(bytes.Length, PktLine.MaxLength - overhead)];
            var span = output.GetSpan(chunk.Length + overhead);
            WriteLength(span, chunk.Length + overhead);
            span[PktLine.HeaderLength] = band;
            chunk.CopyTo(span[overhead..]);
            output.Advance(chunk.Length + overhead);
            bytes = bytes[chunk.Length..];
        }
    }

    private static void WriteRaw(IBufferWriter<byte> output, ReadOnlySpan<byte> special)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(special);
    }

    private static void WriteLength(Span<byte> span, int length)
    {
        var digits = "0123456789abcdef"u8;
        span[0] = digits[(length >> 12) & 15];
        span[1] = digits[(length >> 8) & 15];
        span[2] = digits[(length >> 4) & 15];
        span[3] = digits[length & 15];
    }
}
