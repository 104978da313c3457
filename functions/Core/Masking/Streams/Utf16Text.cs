using System.Buffers;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>How two bytes make a character.</summary>
internal enum ByteOrder
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>The lower byte first.</summary>
    Little,

    /// <summary>The upper byte first.</summary>
    Big,
}

/// <summary>
/// Text in UTF-16 (RFC 2781) on its way through a masker of bytes: each unit as one byte, those beyond ASCII as one that is no ASCII. What the masker
/// changes is written back as a unit; the others leave as they came.
/// </summary>
internal sealed class Utf16Text(ByteMasker masker, ByteOrder order) : IDisposable
{
    /// <summary>How many bytes say whether a text is UTF-16.</summary>
    public const int BeginningBytes = 32;

    private const byte NotAscii = 0xFF;
    private readonly PooledList<ushort> _units = new();
    private readonly ArrayBufferWriter<byte> _masked = new();
    private int _first = -1;

    /// <summary>The order that a beginning shows, by its mark or by every other byte being zero; null when more of it is needed.</summary>
    public static ByteOrder? Order(ReadOnlySpan<byte> beginning, bool isAll)
    {
        switch (beginning)
        {
            case [0xFF, 0xFE, ..]:
                return ByteOrder.Little;
            case [0xFE, 0xFF, ..]:
                return ByteOrder.Big;
            case [] or [_]:
                return isAll ? ByteOrder.None : null;
        }

        var order = beginning[1] == 0 ? ByteOrder.Little : ByteOrder.Big;
        for (var at = 0; at < beginning.Length; at++)
        {
            if ((beginning[at] == 0) != (at % 2 == (order == ByteOrder.Little ? 1 : 0)))
            {
                return ByteOrder.None;
            }
        }

        return isAll || beginning.Length == BeginningBytes ? order : null;
    }

    /// <summary>Takes a chunk and writes what is settled.</summary>
    public void Push(ReadOnlySpan<byte> chunk, bool end, IBufferWriter<byte> output)
    {
        var bytes = ArrayPool<byte>.Shared.Rent((chunk.Length / 2) + 1);
        var count = 0;
        foreach (var value in chunk)
        {
            if (_first < 0)
            {
                _first = value;
                continue;
            }

            var unit = order == ByteOrder.Little ? (ushort)(_first | (value << 8)) : (ushort)((_first << 8) | value);
            _first = -1;
            _units.Add(unit);
            bytes[count++] = AsByte(unit);
        }

        masker.Push(bytes.AsSpan(0, count), end, _masked);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        Write(output);
        if (end && _first >= 0)
        {
            output.Write([(byte)_first]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _units.Dispose();

    private static byte AsByte(ushort unit) => unit < 0x80 ? (byte)unit : NotAscii;

    private void Write(IBufferWriter<byte> output)
    {
        var masked = _masked.WrittenSpan;
        var units = _units.Items;
        var into = output.GetSpan(Math.Max(1, masked.Length * 2));
        for (var i = 0; i < masked.Length; i++)
        {
            var unit = masked[i] == AsByte(units[i]) ? units[i] : masked[i];
            into[i * 2] = (byte)(order == ByteOrder.Little ? unit : unit >> 8);
            into[(i * 2) + 1] = (byte)(order == ByteOrder.Little ? unit >> 8 : unit);
        }

        output.Advance(masked.Length * 2);
        _units.RemoveFirst(masked.Length);
        _masked.ResetWrittenCount();
    }
}
