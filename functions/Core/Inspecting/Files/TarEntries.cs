using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>
/// The files of a tar archive, one after another (POSIX pax and ustar, GNU, and the form of before). Nothing of it is held but a header and a long name; what one reader skips and another
/// takes for a file is a file here.
/// </summary>
/// <param name="archive">The archive; read once, forwards.</param>
internal sealed class TarEntries(Stream archive) : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 512;

    private const int MaxExtended = 1024 * 1024;
    private const int NameAt = 0;
    private const int NameLength = 100;
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int SumAt = 148;
    private const int SumLength = 8;
    private const int TypeAt = 156;
    private const int MagicAt = 257;
    private const int PrefixAt = 345;
    private const int PrefixLength = 155;
    private const int SparseMoreAt = 482;
    private const int SparseMoreThenAt = 504;

    private readonly byte[] _block = new byte[BlockLength];
    private Part? _data;

    /// <summary>Whether a block is a header: its checksum is right.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < BlockLength || block[NameAt] == 0 || !TryNumber(block.Slice(SumAt, SumLength), out var told))
        {
            return false;
        }

        var (sum, signed) = (SumLength * ' ', SumLength * ' ');
        for (var i = 0; i < BlockLength; i++)
        {
            if (i is < SumAt or >= SumAt + SumLength)
            {
                sum += block[i];
                signed += (sbyte)block[i];
            }
        }

        return told == sum || told == signed;
    }

    /// <summary>The next file, and its content, which is valid until the next is asked for; false at the end.</summary>
    /// <exception cref="FileProblemException">It is no tar archive any more, or cut short.</exception>
    public bool Next(out string name, out Stream content)
    {
        Skip();
        (name, content) = ("", Stream.Null);
        string? longName = null;
        long? longSize = null;
        while (ReadHeader())
        {
            var size = longSize ?? SizeOf(_block);
            switch ((char)_block[TypeAt])
            {
                case 'x':
                    ReadExtended(SizeOf(_block), ref longName, ref longSize);
                    continue;
                case 'g':
                    string? all = null;
                    long? none = null;
                    ReadExtended(SizeOf(_block), ref all, ref none);
                    if (all is not null || none is not null)
                    {
                        throw Bad("names or sizes all of its files at once");
                    }

                    continue;
                case 'L':
                    longName = Text(ReadWhole(SizeOf(_block)));
                    continue;
                case 'K':
                    ReadWhole(SizeOf(_block));
                    continue;
                case 'S':
                    name = longName ?? NameOf(_block);
                    SkipSparseMaps();
                    break;
                default:
                    name = longName ?? NameOf(_block);
                    break;
            }

            content = _data = new Part(archive, size);
            return true;
        }

        return longName is null && longSize is null ? false : throw Bad("ends where a file is announced");
    }

    public void Dispose() => _data?.Dispose();

    private bool ReadHeader()
    {
        while (true)
        {
            var read = archive.ReadAtLeast(_block, BlockLength, throwOnEndOfStream: false);
            if (read == 0)
            {
                return false;
            }

            if (read < BlockLength)
            {
                return _block.AsSpan(0, read).ContainsAnyExcept((byte)0) ? throw Cut() : false;
            }

            // Blocks of nothing end an archive, for some; others read on.
            if (_block.AsSpan().ContainsAnyExcept((byte)0))
            {
                return IsHeader(_block) ? true : throw Bad("has something between its files that is none");
            }
        }
    }

    private void Skip()
    {
        if (_data is not { } data)
        {
            return;
        }

        _data = null;
        Drain(data);
        var padding = (int)((BlockLength - (data.Length % BlockLength)) % BlockLength);

        // Some writers leave out the padding of the last file.
        archive.ReadAtLeast(_block.AsSpan(0, padding), padding, throwOnEndOfStream: false);
    }

    private void SkipSparseMaps()
    {
        for (var more = _block[SparseMoreAt] != 0; more; more = _block[SparseMoreThenAt] != 0)
        {
            if (archive.ReadAtLeast(_block, BlockLength, throwOnEndOfStream: false) < BlockLength)
            {
                throw Cut();
            }
        }
    }

    private byte[] ReadWhole(long size)
    {
        if (size > MaxExtended)
        {
            throw new FileProblemException($"a tar archive in it has {size} bytes of names and attributes at once, more than {MaxExtended}", isTooMuch: true);
        }

        var bytes = new byte[size];
        _data = new Part(archive, size);
        _data.ReadExactly(bytes);
        Skip();
        return bytes;
    }

    /// <summary>Takes what matters of a pax header: records of a length, a key and a value.</summary>
    private void ReadExtended(long size, ref string? name, ref long? length)
    {
        for (ReadOnlySpan<byte> rest = ReadWhole(size); !rest.IsEmpty;)
        {
            var space = rest.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var all) || all <= space + 1 || all > rest.Length)
            {
                // Padding of nothing is seen as well.
                if (rest.ContainsAnyExcept((byte)0))
                {
                    throw Bad("has attributes that cannot be read");
                }

                return;
            }

            var record = rest[(space + 1)..all].TrimEnd((byte)'\n');
            rest = rest[all..];
            if (record.StartsWith("path="u8) || record.StartsWith("GNU.sparse.name="u8))
            {
                name = Text(record[(record.IndexOf((byte)'=') + 1)..]);
            }
            else if (record.StartsWith("size="u8))
            {
                length = long.TryParse(record["size=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : throw Bad("has a file of no size");
            }
        }
    }

    private static long SizeOf(ReadOnlySpan<byte> block) => TryNumber(block.Slice(SizeAt, SizeLength), out var size) && size >= 0 ? size : throw Bad("has a file of no size");

    /// <summary>Octal digits, or a number of base 256 where the first bit is set (GNU).</summary>
    private static bool TryNumber(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        if ((field[0] & 0x80) != 0)
        {
            number = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return field[0] == 0x80 && field[1..^8].IndexOfAnyExcept((byte)0) < 0 && number >= 0;
        }

        var digits = field.TrimStart((byte)' ');
        var at = 0;
        for (; at < digits.Length && digits[at] is >= (byte)'0' and <= (byte)'7'; at++)
        {
            number = (number << 3) | (uint)(digits[at] - '0');
        }

        return digits[at..].IndexOfAnyExcept((byte)0, (byte)' ') < 0;
    }

    private static string NameOf(ReadOnlySpan<byte> block)
    {
        var name = Text(block.Slice(NameAt, NameLength));
        var prefix = block.Slice(MagicAt, 6).SequenceEqual("ustar\0"u8) ? Text(block.Slice(PrefixAt, PrefixLength)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private void Drain(Part data)
    {
        while (data.Read(_block) > 0)
        {
        }
    }

    private static FileProblemException Cut() => new("a tar archive in it is cut short");

    private static FileProblemException Bad(string what) => new($"a tar archive in it {what}");

    /// <summary>So many bytes of the archive.</summary>
    private sealed class Part(Stream archive, long length) : ForwardStream
    {
        private long _left = length;

        public override long Length { get; } = length;

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0 || buffer.IsEmpty)
            {
                return 0;
            }

            var read = archive.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read > 0 ? read : throw Cut();
        }
    }
}
