using CursorBroker.Core.Masking.Layers;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>A stretch of a text, as it came and as it leaves, and which of its bytes are masked already. It slides over the text.</summary>
internal sealed class MaskedBuffer
{
    private const int LongestCharacter = 4;

    private readonly byte[] _mark = new byte[MaskKey.LongestBeginning];
    private readonly byte[] _original;
    private readonly byte[] _masked;
    private readonly bool[] _covered;
    private int _used;

    /// <summary>Whether nothing in it is masked, so that it leaves as it came.</summary>
    private bool _isClean = true;

    public MaskedBuffer(int capacity)
    {
        Capacity = capacity;
        _original = new byte[capacity];
        _masked = new byte[capacity];
        _covered = new bool[capacity];
    }

    /// <summary>Most bytes that it holds.</summary>
    public int Capacity { get; }

    /// <summary>Bytes in it.</summary>
    public int Count { get; private set; }

    /// <summary>Place of its first byte in the text.</summary>
    public long Origin { get; private set; }

    /// <summary>As it came.</summary>
    public ReadOnlySpan<byte> Original => _original.AsSpan(0, Count);

    /// <summary>As it leaves.</summary>
    public ReadOnlySpan<byte> Masked => _isClean ? Original : _masked.AsSpan(0, Count);

    /// <summary>Takes what follows.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_original.AsSpan(Count));
        if (!_isClean)
        {
            piece.CopyTo(_masked.AsSpan(Count));
            _covered.AsSpan(Count, piece.Length).Clear();
        }

        Count += piece.Length;
    }

    /// <summary>Begins anew, with nothing left of the text.</summary>
    public void Reset()
    {
        _original.AsSpan(0, _used).Clear();
        (Count, Origin, _used, _isClean) = (0, 0, 0, true);
    }

    /// <summary>Forgets the first bytes.</summary>
    public void Drop(int count)
    {
        _used = Math.Max(_used, Count);
        _original.AsSpan(count, Count - count).CopyTo(_original);
        if (!_isClean)
        {
            _isClean = !_covered.AsSpan(count, Count - count).Contains(true);
            _masked.AsSpan(count, Count - count).CopyTo(_masked);
            _covered.AsSpan(count, Count - count).CopyTo(_covered);
        }

        Origin += count;
        Count -= count;
    }

    /// <summary>
    /// Masks a value of the readable text: the beginning of the mask, then stars, over every byte that spells it but line ends. Where another value was
    /// masked before, only stars are added.
    /// </summary>
    public void Write(ReadableText readable, ReadOnlySpan<byte> text, int start, int end, MaskKey? key, ReadOnlySpan<byte> digest)
    {
        Change();
        var length = 0;
        var free = true;
        for (var at = start; at < end; at++)
        {
            var (from, to) = Spelled(readable, at);
            length += text[at] is (byte)'\n' or (byte)'\r' ? 0 : to - from - Original[from..to].Count((byte)0);
            free &= !_covered.AsSpan(from, to - from).Contains(true);
        }

        var mark = free && key is not null ? key.Begin(digest, length, _mark) : 0;
        var written = 0;
        for (var at = start; at < end; at++)
        {
            var (from, to) = Spelled(readable, at);
            for (; from < to; from++)
            {
                // Zeros stay: they are the upper halves of UTF-16.
                if (text[at] is not ((byte)'\n' or (byte)'\r') && _original[from] != 0 && !_covered[from])
                {
                    _masked[from] = written < mark ? _mark[written] : (byte)'*';
                    written++;
                }

                _covered[from] = true;
            }
        }
    }

    /// <summary>Masks decoded bytes within a run of base64: the characters of every quantum that holds one of them are written anew. From <paramref name="keptFrom"/> to the start they stay.</summary>
    public void Write(ReadableText readable, ReadOnlySpan<byte> text, Base64Runs runs, Base64Run run, int keptFrom, int start, int end, MaskKey? key, ReadOnlySpan<byte> digest)
    {
        Change();
        var decoded = runs.Decoded(run);
        var length = end - start - decoded[start..end].Count((byte)'\n') - decoded[start..end].Count((byte)'\r');
        var mark = key is not null ? key.Begin(digest, length, _mark) : 0;
        var written = 0;
        Span<int> places = stackalloc int[4];
        Span<byte> characters = stackalloc byte[4];
        for (var quantum = start / 3; quantum * 3 < end; quantum++)
        {
            for (var i = 0; i < 4; i++)
            {
                var character = (quantum * 4) + i;
                places[i] = character < run.Characters ? runs.Place(run, character) : -1;
                characters[i] = places[i] < 0 ? (byte)'A' : IsPlain(readable, places[i]) ? _masked[readable.ToOriginal(places[i])] : text[places[i]];
            }

            var bits = Base64Quantum.Read(characters);
            for (var i = 0; i < 3; i++)
            {
                var at = (quantum * 3) + i;
                if (at >= start && at < end && decoded[at] is not ((byte)'\n' or (byte)'\r'))
                {
                    var value = written < mark ? _mark[written] : (byte)'*';
                    bits = (bits & ~(0xFF << (16 - (8 * i)))) | (value << (16 - (8 * i)));
                    written++;
                }
            }

            for (var i = 0; i < 4; i++)
            {
                // A slash that is spelled \/ has no room for another character: six bits stay.
                if (places[i] >= 0 && !IsPlain(readable, places[i]) && text[places[i]] != '/')
                {
                    _masked.AsSpan(readable.ToOriginal(places[i])..readable.ToOriginal(places[i] + 1)).Fill((byte)'*');
                }
                else if (places[i] >= 0 && IsPlain(readable, places[i]))
                {
                    var place = readable.ToOriginal(places[i]);
                    _masked[place] = Base64Quantum.Character(bits, i, run.IsUrl);
                }
            }
        }

        for (var character = ((keptFrom * 8) + 5) / 6; (character + 1) * 6 <= end * 8 && character < run.Characters; character++)
        {
            _covered[readable.ToOriginal(runs.Place(run, character))] = true;
        }
    }

    /// <summary>Masks the digits of a number, so that it stays one (RFC 8259, section 6).</summary>
    public void WriteNumber(ReadableText readable, ReadOnlySpan<byte> text, int start, int end)
    {
        Change();
        for (var at = start; at < end; at++)
        {
            var (from, to) = Spelled(readable, at);
            if (to - from == 1 && char.IsAsciiDigit((char)text[at]))
            {
                _masked[from] = (byte)'9';
            }

            _covered.AsSpan(from, to - from).Fill(true);
        }
    }

    /// <summary>Whether every byte that spells a value is masked already.</summary>
    public bool IsCovered(ReadableText readable, int start, int end) =>
        !_isClean && !_covered.AsSpan(readable.ToOriginal(start)..readable.ToOriginal(end)).Contains(false);

    /// <summary>The same within a run of base64.</summary>
    public bool IsCovered(ReadableText readable, Base64Runs runs, Base64Run run, int start, int end)
    {
        var last = Math.Min(end * 8 / 6, run.Characters);
        for (var character = ((start * 8) + 5) / 6; character < last; character++)
        {
            if (_isClean || !_covered[readable.ToOriginal(runs.Place(run, character))])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Leaves the first bytes of a value as they are: whatever else finds them.</summary>
    public void Keep(ReadableText readable, int start, int end)
    {
        Change();
        _covered.AsSpan(readable.ToOriginal(start)..readable.ToOriginal(end)).Fill(true);
    }

    private void Change()
    {
        if (_isClean)
        {
            Original.CopyTo(_masked);
            _covered.AsSpan(0, Count).Clear();
            _isClean = false;
        }
    }

    private (int From, int To) Spelled(ReadableText readable, int at)
    {
        var (from, to) = (readable.ToOriginal(at), readable.ToOriginal(at + 1));

        // Half a character of more bytes than one would be no UTF-8 any more.
        while (to < Count && to - from < LongestCharacter && _original[to] is >= 0x80 and < 0xC0 && _original[to - 1] >= 0x80)
        {
            to++;
        }

        return (from, to);
    }

    private static bool IsPlain(ReadableText readable, int place) => readable.ToOriginal(place + 1) == readable.ToOriginal(place) + 1;
}
