using CursorBroker.Core.Git.Packs;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Win32.SafeHandles;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>
/// A pack on its way, in a temporary file that nobody else can open: written once, then read at any offset. Its bytes count against the
/// instance's budget until it is disposed; the file itself is gone with the process, whatever ends it.
/// </summary>
internal sealed class SpoolFile : IPackBytes, IDisposable
{
    private readonly ByteBudget _budget;
    private readonly SafeFileHandle _file;
    private long _length;

    internal SpoolFile(ByteBudget budget, string directory)
    {
        _budget = budget;
        var path = Path.Combine(directory, $"cursor-broker-{Path.GetRandomFileName()}");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // The name goes at once: the open file lives on without it, and a process that is killed leaves nothing behind.
            File.Delete(path);
        }
    }

    public long Length => Interlocked.Read(ref _length);

    /// <summary>Adds bytes at the end; for one writer, before anybody reads.</summary>
    /// <exception cref="SpoolException">The budget is used up, or the disk full or broken.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_budget.TryTake(bytes.Length))
        {
            throw _length + bytes.Length > _budget.Most
                ? new SpoolException(SpoolProblem.TooLarge, $"more than the {_budget.Most} bytes that are set aside for all pushes")
                : new SpoolException(SpoolProblem.Busy, "the room set aside for pushes is taken by others");
        }

        var offset = _length;
        _length += bytes.Length;
        try
        {
            await RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new SpoolException(SpoolProblem.Broken, $"the temporary disk cannot be written: {failure.Message}", failure);
        }
    }

    public int Read(long offset, Span<byte> buffer) => RandomAccess.Read(_file, buffer, offset);

    /// <summary>The whole of it from the beginning, as a stream. The spool stays its owner's.</summary>
    public Stream OpenRead() => new Reader(this);

    public void Dispose()
    {
        _file.Dispose();
        _budget.GiveBack(Interlocked.Exchange(ref _length, 0));
    }

    private sealed class Reader(SpoolFile spool) : ReadOnlyStream
    {
        private long _position;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await RandomAccess.ReadAsync(spool._file, buffer, _position, cancellationToken);
            _position += count;
            return count;
        }
    }
}
