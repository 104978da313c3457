using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace CursorBroker.Core.Audit;

/// <summary>
/// One record as one line of JSON: <c>{"seq":1,"prev":"..","hash":"..","event":{..}}</c>. The event stands there byte for byte as it was hashed,
/// so the line is both an ordinary JSON object and enough to recompute the hash. There is exactly one way to write a line; the reader takes no other.
/// </summary>
internal static class LedgerExportLine
{
    /// <summary>Longest line, in bytes, without its line feed.</summary>
    public const int MaxBytes = LedgerChain.MaxPayloadBytes + 512;

    private static ReadOnlySpan<byte> Sequence => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> Previous => ",\"prev\":\""u8;

    private static ReadOnlySpan<byte> Hash => "\",\"hash\":\""u8;

    private static ReadOnlySpan<byte> Event => "\",\"event\":"u8;

    /// <summary>Writes a line with its line feed.</summary>
    /// <exception cref="InvalidDataException">The payload holds a line break, which no event's JSON does: the record was tampered with.</exception>
    public static void Write(IBufferWriter<byte> output, LedgerRecord record)
    {
        if (record.Payload.Span.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            throw new InvalidDataException($"Ledger record {record.Sequence} holds a line break and cannot be exported; verify the ledger.");
        }

        output.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{{\"seq\":{record.Sequence},\"prev\":\"{record.PreviousHash}\",\"hash\":\"{record.Hash}\",\"event\":")));
        output.Write(record.Payload.Span);
        output.Write("}\n"u8);
    }

    /// <summary>Parses a line without its line feed; the record owns its bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out LedgerRecord? record)
    {
        record = null;
        var rest = line;
        if (!Take(ref rest, Sequence)
            || !TakeNumber(ref rest, out var sequence)
            || !Take(ref rest, Previous)
            || !TakeHash(ref rest, out var previous)
            || !Take(ref rest, Hash)
            || !TakeHash(ref rest, out var hash)
            || !Take(ref rest, Event)
            || rest.Length < 2
            || rest[^1] != (byte)'}'
            || rest.Length - 1 > LedgerChain.MaxPayloadBytes)
        {
            return false;
        }

        record = new LedgerRecord(sequence, previous, hash, rest[..^1].ToArray());
        return true;
    }

    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> rest, out long number)
    {
        // Utf8Parser would also take a sign and leading zeros, a second way to write the same record.
        if (rest.IsEmpty || rest[0] is < (byte)'1' or > (byte)'9' || !Utf8Parser.TryParse(rest, out number, out var length))
        {
            number = 0;
            return false;
        }

        rest = rest[length..];
        return true;
    }

    private static bool TakeHash(ref ReadOnlySpan<byte> rest, out string hash)
    {
        hash = "";
        if (rest.Length < LedgerChain.HashHexLength)
        {
            return false;
        }

        hash = Encoding.Latin1.GetString(rest[..LedgerChain.HashHexLength]);
        rest = rest[LedgerChain.HashHexLength..];
        return hash.All(char.IsAsciiHexDigitLower);
    }
}
