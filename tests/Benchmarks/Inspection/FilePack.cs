using CursorBroker.Core.Git.Packs;
using Microsoft.Win32.SafeHandles;

namespace CursorBroker.Benchmarks.Inspection;

/// <summary>A pack in a file.</summary>
internal sealed class FilePack(string path) : IPackBytes, IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path);

    public long Length { get; } = new FileInfo(path).Length;

    public int Read(long offset, Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && RandomAccess.Read(_file, buffer[read..], offset + read) is > 0 and var more)
        {
            read += more;
        }

        return read;
    }

    public void Dispose() => _file.Dispose();
}
