using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CursorBroker.Core.Masking.Layers;

/// <summary>The places in a text that may spell another byte, or none: asked for from left to right, worked out for 64 bytes at once.</summary>
internal ref struct Specials(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _from;
    private ulong _here = Of(text);

    /// <summary>The first at a place or behind it; the text's length when none is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int at)
    {
        if (at - _from < 64)
        {
            _here &= ulong.MaxValue << (at - _from);
        }
        else
        {
            _from = at;
            _here = Of(_text[at..]);
        }

        return _here != 0 ? _from + BitOperations.TrailingZeroCount(_here) : NextWord();
    }

    private int NextWord()
    {
        while (_here == 0)
        {
            _from += 64;
            if (_from >= _text.Length)
            {
                return _text.Length;
            }

            _here = Of(_text[_from..]);
        }

        return _from + BitOperations.TrailingZeroCount(_here);
    }

    private static ulong Of(ReadOnlySpan<byte> text)
    {
        if (text.Length < 64)
        {
            Span<byte> padded = stackalloc byte[64];
            padded.Fill((byte)' ');
            text.CopyTo(padded);
            return Of(padded);
        }

        ref var first = ref MemoryMarshal.GetReference(text);
        if (Vector512.IsHardwareAccelerated)
        {
            var all = Vector512.LoadUnsafe(ref first);
            return (Vector512.Equals(all, Vector512.Create((byte)'\\')) | Vector512.Equals(all, Vector512.Create((byte)'%')) | Vector512.Equals(all, Vector512<byte>.Zero)
                | Vector512.Equals(all, Vector512.Create((byte)0xE2)) | Vector512.Equals(all, Vector512.Create((byte)0xEF)) | Vector512.Equals(all, Vector512.Create((byte)0xC2)))
                .ExtractMostSignificantBits();
        }

        var places = 0UL;
        for (var i = 0; i < 64; i += 32)
        {
            var half = Vector256.LoadUnsafe(ref first, (nuint)i);
            places |= (ulong)(Vector256.Equals(half, Vector256.Create((byte)'\\')) | Vector256.Equals(half, Vector256.Create((byte)'%')) | Vector256.Equals(half, Vector256<byte>.Zero)
                | Vector256.Equals(half, Vector256.Create((byte)0xE2)) | Vector256.Equals(half, Vector256.Create((byte)0xEF)) | Vector256.Equals(half, Vector256.Create((byte)0xC2)))
                .ExtractMostSignificantBits() << i;
        }

        return places;
    }
}
