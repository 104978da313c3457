using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Layers;

/// <summary>Finds the runs of base64 in readable text and decodes them.</summary>
internal sealed class Base64Runs : IDisposable
{
    /// <summary>Fewest characters of a line that another may follow.</summary>
    private const int ShortestLine = 40;

    private const int LongestIndent = 16;

    /// <summary>Decoded bytes that say whether a run is text: those of the shortest run.</summary>
    private const int TextLength = Base64Run.Shortest / 4 * 3;

    /// <summary>So many decoded bytes of a run that does not begin with text are passed over.</summary>
    private const int LongestDigest = 192;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);
    private readonly PooledList<Base64Line> _lines = new();
    private readonly PooledList<Base64Run> _runs = new();
    private readonly byte[] _decoded;
    private int _length;

    public Base64Runs(int capacity) => _decoded = new byte[capacity];

    /// <summary>The runs of the last <see cref="Find"/>.</summary>
    public ReadOnlySpan<Base64Run> Found => _runs.Items;

    /// <summary>From here on the text may turn out to be part of a run when more comes; its length when not.</summary>
    public int UndecidedFrom { get; private set; }

    /// <summary>What a run decodes to.</summary>
    public ReadOnlySpan<byte> Decoded(Base64Run run) => _decoded.AsSpan(run.DecodedAt, run.DecodedLength);

    /// <summary>Finds and decodes.</summary>
    /// <param name="text">The readable text.</param>
    /// <param name="members">Its runs of what tokens are made of; a run of base64 lies in one.</param>
    /// <param name="carried">The run that goes on at the text's beginning; null when none does.</param>
    /// <param name="end">Whether nothing follows.</param>
    public void Find(ReadOnlySpan<byte> text, ReadOnlySpan<ByteRun> members, CarriedRun? carried, bool end)
    {
        _lines.Clear();
        _runs.Clear();
        _length = 0;
        UndecidedFrom = text.Length;
        var after = 0;
        if (carried is { } state)
        {
            after = Take(text, 0, state.LineCharacters, state, end);
        }

        foreach (var run in members)
        {
            if (run.End - run.Start < Base64Run.Shortest && run.End < text.Length)
            {
                continue;
            }

            for (var at = Math.Max(run.Start, after); at < run.End;)
            {
                var next = text[at..run.End].IndexOfAny(Alphabet);
                if (next < 0)
                {
                    break;
                }

                at += next;
                var length = text[at..run.End].IndexOfAnyExcept(Alphabet);
                length = length < 0 ? run.End - at : length;
                if (length >= Base64Run.Shortest)
                {
                    after = Take(text, at, 0, null, end);
                    at = after;
                }
                else if (at + length == text.Length && !end)
                {
                    UndecidedFrom = Math.Min(UndecidedFrom, at);
                    at += length;
                }
                else
                {
                    at += length;
                }
            }
        }
    }

    /// <summary>The place in the readable text of a run's character.</summary>
    public int Place(Base64Run run, int character)
    {
        var lines = _lines.Items.Slice(run.FirstLine, run.LineCount);
        var (low, high) = (0, lines.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (lines[middle].Before <= character)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return lines[low].Start + character - lines[low].Before;
    }

    /// <summary>The run's character that stands at a place of the readable text or first behind it.</summary>
    public int Character(Base64Run run, int place)
    {
        foreach (var line in _lines.Items.Slice(run.FirstLine, run.LineCount))
        {
            if (place < line.End)
            {
                return line.Before + Math.Max(0, place - line.Start);
            }
        }

        return run.Characters;
    }

    /// <summary>The line in which a character stands, from its beginning.</summary>
    public Base64Line Line(Base64Run run, int character)
    {
        var place = Place(run, character);
        foreach (var line in _lines.Items.Slice(run.FirstLine, run.LineCount))
        {
            if (place < line.End)
            {
                return line;
            }
        }

        return _lines.Items[run.FirstLine + run.LineCount - 1];
    }


    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _runs.Dispose();
    }

    /// <summary>Takes a run line by line and decodes it; the result is where it ends.</summary>
    private int Take(ReadOnlySpan<byte> text, int start, int lineBefore, CarriedRun? carried, bool end)
    {
        var firstLine = _lines.Count;
        var (at, characters, isOpen) = (start, 0, false);
        while (true)
        {
            var length = text[at..].IndexOfAnyExcept(Alphabet);
            length = length < 0 ? text.Length - at : length;
            _lines.Add(new(at, at + length, characters));
            characters += length;
            at += length;
            if (at == text.Length)
            {
                isOpen = !end;
                break;
            }

            if ((lineBefore + length) % 4 != 0 || lineBefore + length < ShortestLine || NextLine(text, at, end) is not { } next)
            {
                break;
            }

            if (next == text.Length)
            {
                isOpen = !end;
                break;
            }

            lineBefore = 0;
            at = next;
        }

        var padded = at;
        while (padded < text.Length && padded - at < 2 && text[padded] == '=')
        {
            padded++;
        }

        var decodedAt = _length;
        var isUrl = text[start..padded].IndexOfAny((byte)'-', (byte)'_') >= 0;
        Decode(text[start..padded], characters, isOpen, isUrl);
        var isText = carried?.IsText ?? (_length - decodedAt >= TextLength && IsText(_decoded.AsSpan(decodedAt, TextLength)));
        _runs.Add(new()
        {
            FirstLine = firstLine,
            LineCount = _lines.Count - firstLine,
            DecodedAt = decodedAt,
            DecodedLength = _length - decodedAt,
            Characters = characters,
            IsOpen = isOpen,
            IsUrl = isUrl,
            IsText = isText,
            From = isText || carried is not null ? 0 : LongestDigest,
            IsCarried = carried is not null,
        });
        return at;
    }

    /// <summary>Where the next line begins when the text there breaks one; the text's length when more decides; null when none follows.</summary>
    private static int? NextLine(ReadOnlySpan<byte> text, int at, bool end)
    {
        at += text[at] == '\r' ? 1 : 0;
        if (at == text.Length)
        {
            return end ? null : at;
        }

        if (text[at] != '\n')
        {
            return null;
        }

        at++;
        var indent = text[at..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        indent = indent < 0 ? text.Length - at : indent;
        if (indent > LongestIndent)
        {
            return null;
        }

        if (at + indent == text.Length)
        {
            return end ? null : text.Length;
        }

        return Alphabet.Contains(text[at + indent]) ? at + indent : null;
    }

    /// <summary>Whether bytes look like text: no control characters, and UTF-8 but for a cut end; or UTF-16.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || bytes.Count((byte)0) * 2 == bytes.Length)
        {
            return true;
        }

        if (bytes.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || bytes.IndexOfAnyInRange((byte)14, (byte)31) >= 0 || bytes.Contains((byte)127))
        {
            return false;
        }

        for (var cut = 0; cut < 4 && cut < bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]))
            {
                return true;
            }
        }

        return false;
    }

    private void Decode(ReadOnlySpan<byte> spelled, int characters, bool isOpen, bool isUrl)
    {
        if (isUrl)
        {
            // One alphabet for both, which also takes a mix of them.
            var plain = ArrayPool<byte>.Shared.Rent(spelled.Length);
            spelled.Replace(plain, (byte)'-', (byte)'+');
            plain.AsSpan(0, spelled.Length).Replace((byte)'_', (byte)'/');
            Decode(plain.AsSpan(0, spelled.Length), characters, isOpen, isUrl: false);
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
            return;
        }

        var padding = spelled.Length - spelled.TrimEnd((byte)'=').Length;
        Base64.DecodeFromUtf8(spelled, _decoded.AsSpan(_length), out var read, out var written, isFinalBlock: !isOpen && (characters + padding) % 4 == 0);
        _length += written;
        var rest = spelled[read..].Trim(" \t\r\n="u8);
        if (!isOpen && rest.Length is 2 or 3 && rest.IndexOfAnyExcept(Alphabet) < 0)
        {
            Span<byte> last = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
            rest.CopyTo(last);
            Base64.DecodeFromUtf8(last, _decoded.AsSpan(_length), out _, out written);
            _length += written;
        }
    }
}
