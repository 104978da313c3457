using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CursorBroker.Core.Git.Packs;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>
/// A zip archive's files by its central directory (PKWARE, APPNOTE.TXT), read strictly: the directory lies where its end says, has as many entries as that says, and each
/// file is where and what the entry says. Inflated to its real end, whatever length it claims.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongEndLength = 56;
    private const int LocatorLength = 20;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int MaxComment = 65535;
    private const int Encrypted = 1 | (1 << 6) | (1 << 13);
    private const int Utf8Names = 1 << 11;
    private const int Stored = 0;
    private const int Deflated = 8;

    private readonly IPackBytes _bytes;
    private readonly long _start;
    private readonly long _end;
    private readonly long _count;
    private readonly long _shift;

    private ZipDirectory(IPackBytes bytes, long start, long end, long count, long shift)
    {
        (_bytes, _start, _end, _count, _shift) = (bytes, start, end, count, shift);
    }

    /// <summary>How many files its end says there are.</summary>
    public long Count => _count;

    /// <summary>Whether the bytes end as a zip archive does, whatever they begin with.</summary>
    public static bool EndsLikeOne(IPackBytes bytes) => FindEnd(bytes) >= 0;

    /// <summary>Opens an archive.</summary>
    /// <exception cref="FileProblemException">It is none, or there is more than one way to read it.</exception>
    public static ZipDirectory Open(IPackBytes bytes)
    {
        var at = FindEnd(bytes);
        if (at < 0)
        {
            throw Bad("has no end");
        }

        var end = Read(bytes, at, EndLength);
        long count = U16(end, 10), length = U32(end, 12), offset = U32(end, 16);
        if (U16(end, 4) != 0 || U16(end, 6) != 0 || U16(end, 8) != count)
        {
            throw Bad("is one of several volumes");
        }

        if (at >= LocatorLength && Read(bytes, at - LocatorLength, LocatorLength) is var locator && U32(locator, 0) == 0x07064B50)
        {
            at = (long)U64(locator, 8);
            var longEnd = at < 0 || at > bytes.Length - LongEndLength ? [] : Read(bytes, at, LongEndLength);
            if (longEnd.Length == 0 || U32(longEnd, 0) != 0x06064B50)
            {
                throw Bad("has no end");
            }

            (count, length, offset) = ((long)U64(longEnd, 32), (long)U64(longEnd, 40), (long)U64(longEnd, 48));
        }

        // Programs that unpack themselves come before the archive, and offsets may count from its beginning.
        var start = at - length;
        return length < 0 || start < 0 || offset < 0 || offset > start || count < 0 ? throw Bad("has a directory outside of it") : new(bytes, start, at, count, start - offset);
    }

    /// <summary>The files in the directory's order. Each content is to be read before the next is asked for.</summary>
    /// <exception cref="FileProblemException">The directory, or a file, cannot be read.</exception>
    public IEnumerable<(string Name, Stream Content, long Claimed)> Files()
    {
        var at = _start;
        for (var number = 0L; number < _count; number++)
        {
            if (at > _end - EntryLength)
            {
                throw Bad("has fewer files than it says");
            }

            var entry = Read(_bytes, at, EntryLength);
            int nameLength = U16(entry, 28), extraLength = U16(entry, 30), commentLength = U16(entry, 32);
            if (U32(entry, 0) != 0x02014B50 || at + EntryLength + nameLength + extraLength + commentLength > _end)
            {
                throw Bad("has a directory that cannot be read");
            }

            var tail = Read(_bytes, at + EntryLength, nameLength + extraLength);
            at += EntryLength + nameLength + extraLength + commentLength;
            var name = ((U16(entry, 8) & Utf8Names) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(tail.AsSpan(0, nameLength));
            long packed = U32(entry, 20), claimed = U32(entry, 24), offset = U32(entry, 42);
            Widen(tail.AsSpan(nameLength), ref claimed, ref packed, ref offset);
            yield return (name, Open(name, U16(entry, 8), U16(entry, 10), offset, packed), claimed);
        }

        if (at != _end)
        {
            throw Bad("has more files than it says");
        }
    }

    private Stream Open(string name, int flags, int method, long offset, long packed)
    {
        offset += _shift;
        if (offset < 0 || offset > _start - LocalLength)
        {
            throw Bad($"has {name} outside of it");
        }

        var local = Read(_bytes, offset, LocalLength);
        var data = offset + LocalLength + U16(local, 26) + U16(local, 28);
        if (U32(local, 0) != 0x04034B50 || packed < 0 || data > _start - packed)
        {
            throw Bad($"has {name} outside of it");
        }

        if (((flags | U16(local, 6)) & Encrypted) != 0)
        {
            throw new FileProblemException($"{name} in it is encrypted");
        }

        var content = new ByteRange(_bytes, data, packed);
        return U16(local, 8) != method ? throw Bad($"has {name} in two ways")
            : method == Stored ? content
            : method == Deflated ? new DeflateStream(content, CompressionMode.Decompress)
            : throw new FileProblemException($"{name} in it is compressed in a way that is not known (method {method})");
    }

    /// <summary>Sizes and offset that do not fit into 32 bits stand in an extra field of their own.</summary>
    private static void Widen(ReadOnlySpan<byte> extra, ref long claimed, ref long packed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra), length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                return;
            }

            var field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            if (id != 1)
            {
                continue;
            }

            Take(ref field, ref claimed);
            Take(ref field, ref packed);
            Take(ref field, ref offset);
            return;
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value == uint.MaxValue && field.Length >= 8)
            {
                value = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
            }
        }
    }

    /// <summary>Where the end of the directory is: the last place that says so and whose comment ends the file; negative when there is none.</summary>
    private static long FindEnd(IPackBytes bytes)
    {
        if (bytes.Length < EndLength)
        {
            return -1;
        }

        var length = (int)Math.Min(bytes.Length, EndLength + MaxComment);
        var tail = Read(bytes, bytes.Length - length, length);
        for (var at = length - EndLength; at >= 0; at--)
        {
            if (U32(tail, at) == 0x06054B50 && U16(tail, at + 20) == length - EndLength - at)
            {
                return bytes.Length - length + at;
            }
        }

        return -1;
    }

    private static byte[] Read(IPackBytes bytes, long offset, int length)
    {
        var buffer = new byte[length];
        var read = 0;
        while (read < length && bytes.Read(offset + read, buffer.AsSpan(read)) is > 0 and var more)
        {
            read += more;
        }

        return read == length ? buffer : throw Bad("is cut short");
    }

    private static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private static FileProblemException Bad(string what) => new($"a zip archive in it {what}");
}
