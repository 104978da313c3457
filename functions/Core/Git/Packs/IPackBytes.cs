namespace CursorBroker.Core.Git.Packs;

/// <summary>The bytes of a pack, wherever they were spooled to: read at any offset, by any number of threads.</summary>
public interface IPackBytes
{
    /// <summary>How many bytes.</summary>
    long Length { get; }

    /// <summary>Reads at an offset; fewer bytes than asked for only at the end, none beyond it.</summary>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    int Read(long offset, Span<byte> buffer);
}
