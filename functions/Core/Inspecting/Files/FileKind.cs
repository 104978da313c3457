namespace CursorBroker.Core.Inspecting.Files;

/// <summary>What a file is, by how it begins: its name and what a host calls it say nothing.</summary>
/// <param name="Form">How it is looked into.</param>
/// <param name="Name">In words.</param>
internal sealed record FileKind(FileForm Form, string Name)
{
    /// <summary>As many bytes as it takes to tell.</summary>
    public const int HeadLength = TarEntries.BlockLength;

    private static readonly FileKind Plain = new(FileForm.Plain, "a file");
    private static readonly FileKind Zip = new(FileForm.Zip, "a zip archive");
    private static readonly FileKind Gzip = new(FileForm.Gzip, "a gzip file");
    private static readonly FileKind Tar = new(FileForm.Tar, "a tar archive");

    // Forms that hold other files where nothing here finds them. Formats' own documentation; file(1), magic(5).
    private static readonly (byte[] Start, string Name)[] Closed =
    [
        ("# v2 git bundle\n"u8.ToArray(), "a git bundle"),
        ("# v3 git bundle\n"u8.ToArray(), "a git bundle"),
        ("PACK\0\0\0"u8.ToArray(), "a git pack"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "an xz file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive"),
        ([(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 0x07], "a RAR archive"),
        ([0x04, 0x22, 0x4D, 0x18], "an LZ4 file"),
        ([0x1F, 0x9D], "a compress file"),
        ([0x5D, 0, 0, 0x80, 0, 0xFF, 0xFF, 0xFF, 0xFF], "an LZMA file"),
        ("LZIP\u0001"u8.ToArray(), "an lzip file"),
        ("MSCF\0\0\0\0"u8.ToArray(), "a cabinet"),
        ("MSWIM\0\0\0"u8.ToArray(), "a disk image"),
        ("hsqs"u8.ToArray(), "a file system image"),
        ([0xED, 0xAB, 0xEE, 0xDB], "an RPM package"),
        ("!<arch>\ndebian-binary"u8.ToArray(), "a Debian package"),
    ];

    /// <summary>Tells by the first bytes: <see cref="HeadLength"/> of them, or all there are.</summary>
    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) || head.StartsWith("PK\u0007\u0008"u8))
        {
            return Zip;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return Gzip;
        }

        if (TarEntries.IsHeader(head))
        {
            return Tar;
        }

        if (head.Length >= 10 && head.StartsWith("BZh"u8) && head[4..].StartsWith((ReadOnlySpan<byte>)[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]))
        {
            return new(FileForm.Closed, "a bzip2 file");
        }

        foreach (var (start, name) in Closed)
        {
            if (head.StartsWith(start))
            {
                return new(FileForm.Closed, name);
            }
        }

        return Plain;
    }
}

/// <summary>How a file is looked into.</summary>
internal enum FileForm
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>File by file.</summary>
    Zip,

    /// <summary>Unpacked.</summary>
    Gzip,

    /// <summary>File by file.</summary>
    Tar,

    /// <summary>Not at all.</summary>
    Closed,
}
