using System.Security.Cryptography;
using CursorBroker.Core.Policy;
using Microsoft.Win32.SafeHandles;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>
/// What tells one version of the file from another. The content is part of it: two versions written within one tick of the file system's clock may be
/// equal in all else.
/// </summary>
/// <param name="LastWrite">Last write, UTC.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Sha256">Digest of what a policy may be long, lower-case hex.</param>
internal sealed record FileStamp(DateTime LastWrite, long Length, string Sha256)
{
    public static FileStamp Of(SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        var bytes = new byte[Math.Min(length, PolicyCompiler.MaxBytes + 1)];
        var read = RandomAccess.Read(handle, bytes, fileOffset: 0);
        return new(File.GetLastWriteTimeUtc(handle), length, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, read))));
    }
}

/// <summary>A file as read.</summary>
/// <param name="Stamp">Its stamp, the same before and after reading.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record FileContent(FileStamp Stamp, byte[] Bytes);
