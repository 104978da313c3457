using Microsoft.Win32.SafeHandles;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>What tells without reading that a file is likely another one.</summary>
/// <param name="LastWrite">Last write, UTC.</param>
/// <param name="Length">Length in bytes.</param>
internal sealed record FileStamp(DateTime LastWrite, long Length)
{
    public static FileStamp Of(SafeFileHandle handle) => new(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
}

/// <summary>A file as read.</summary>
/// <param name="Stamp">Its stamp, the same before and after reading.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Sha256">Their digest, lower-case hex.</param>
internal sealed record FileContent(FileStamp Stamp, byte[] Bytes, string Sha256);
