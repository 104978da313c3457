using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Packs;

/// <summary>Packs made by hand, well formed unless told otherwise.</summary>
internal sealed class PackBuilder(ObjectFormat format = ObjectFormat.Sha1)
{
    private readonly List<byte> _bytes = [];
    private readonly List<long> _offsets = [];

    /// <summary>What the head says instead of the truth.</summary>
    public uint? CountSaid { get; init; }

    public int Count => _offsets.Count;

    public PackBuilder Add(GitObjectType type, byte[] content) => Entry((int)type, content.Length, [], Deflate(content));

    public PackBuilder Delta(GitOid basis, byte[] delta) => Entry(7, delta.Length, Convert.FromHexString(basis.Hex), Deflate(delta));

    /// <summary>A delta on an entry of this builder.</summary>
    public PackBuilder Delta(int basis, byte[] delta) => Delta(12 + _bytes.Count - _offsets[basis], delta);

    /// <summary>A delta on whatever is so far before it.</summary>
    public PackBuilder Delta(long distance, byte[] delta) => Entry(6, delta.Length, Distance(distance), Deflate(delta));

    /// <summary>An entry of any kind, whose size and zlib stream need not fit.</summary>
    public PackBuilder Entry(int kind, long size, byte[] basis, byte[] stream)
    {
        _offsets.Add(12 + _bytes.Count);
        var first = (byte)((kind << 4) | (int)(size & 15));
        for (size >>= 4; size > 0; size >>= 7)
        {
            _bytes.Add((byte)(first | 0x80));
            first = (byte)(size & 0x7F);
        }

        _bytes.Add(first);
        _bytes.AddRange(basis);
        _bytes.AddRange(stream);
        return this;
    }

    public byte[] Build()
    {
        var body = new byte[12 + _bytes.Count];
        "PACK"u8.CopyTo(body);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(8), CountSaid ?? (uint)_offsets.Count);
        _bytes.CopyTo(body, 12);
        return [.. body, .. Hash(body, format)];
    }

    public static byte[] Hash(byte[] bytes, ObjectFormat format)
    {
        using var hash = IncrementalHash.CreateHash(format == ObjectFormat.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    public static GitOid IdOf(GitObjectType type, byte[] content, ObjectFormat format = ObjectFormat.Sha1) => GitOid.Parse(Convert.ToHexStringLower(
        Hash([.. System.Text.Encoding.ASCII.GetBytes($"{type.ToString().ToLowerInvariant()} {content.Length}\0"), .. content], format)));

    public static byte[] Deflate(byte[] content)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(content);
        }

        // .NET writes nothing at all for nothing.
        return output.Length > 0 ? output.ToArray() : [0x78, 0x9C, 3, 0, 0, 0, 0, 1];
    }

    /// <summary>A delta that copies ranges of its base and inserts bytes.</summary>
    public static byte[] DeltaOf(int baseSize, params object[] steps)
    {
        using var body = new MemoryStream();
        var size = 0L;
        foreach (var step in steps)
        {
            if (step is byte[] insert)
            {
                body.WriteByte((byte)insert.Length);
                body.Write(insert);
                size += insert.Length;
            }
            else
            {
                var (offset, length) = ((int, int))step;
                body.Write([0xFF, (byte)offset, (byte)(offset >> 8), (byte)(offset >> 16), (byte)(offset >> 24), (byte)length, (byte)(length >> 8), (byte)(length >> 16)]);
                size += length;
            }
        }

        return [.. Size(baseSize), .. Size(size), .. body.ToArray()];
    }

    public static GitResult<PackContents> Read(byte[] pack, ObjectFormat format = ObjectFormat.Sha1, PackLimits? limits = null) =>
        PackContents.Read(new MemoryPack(pack), format, limits ?? new(), CancellationToken.None);

    public static byte[] Size(long size)
    {
        var bytes = new List<byte>();
        for (; size > 0x7F; size >>= 7)
        {
            bytes.Add((byte)(size | 0x80));
        }

        return [.. bytes, (byte)size];
    }

    private static byte[] Distance(long distance)
    {
        var bytes = new Stack<byte>([(byte)(distance & 0x7F)]);
        while ((distance >>= 7) > 0)
        {
            bytes.Push((byte)(0x80 | (--distance & 0x7F)));
        }

        return [.. bytes];
    }
}

/// <summary>A pack in memory.</summary>
internal sealed class MemoryPack(byte[] bytes) : IPackBytes
{
    public long Length => bytes.Length;

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
        return count;
    }
}
