using System.Security.Cryptography;

namespace CursorBroker.Core.Git.Packs;

/// <summary>A window that moves over a pack's bytes up to an end, and digests them as they first pass when asked to.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="size">The window's size, in bytes.</param>
/// <param name="digest">Takes in every byte that the window passes; null for none.</param>
internal sealed class PackWindow(IPackBytes bytes, int size, IncrementalHash? digest = null)
{
    private long _start;
    private long _end;
    private int _at;
    private int _filled;

    /// <summary>The window's bytes; what is valid begins at <see cref="At"/> and has <see cref="Available"/> bytes.</summary>
    public byte[] Buffer { get; } = new byte[size];

    /// <summary>Where in <see cref="Buffer"/> the next byte is.</summary>
    public int At => _at;

    /// <summary>How many bytes are in the window from <see cref="At"/>.</summary>
    public int Available => (int)Math.Min(_filled - _at, _end - Position);

    /// <summary>The next byte's offset in the pack.</summary>
    public long Position => _start + _at;

    /// <summary>Goes to an offset; nothing from <paramref name="end"/> on is given out.</summary>
    public void Seek(long position, long end)
    {
        _end = end;
        if (position >= _start && position <= _start + _filled)
        {
            _at = (int)(position - _start);
        }
        else
        {
            (_start, _at, _filled) = (position, 0, 0);
        }
    }

    /// <summary>Steps over bytes of the window.</summary>
    public void Skip(int count) => _at += count;

    /// <summary>The next byte; -1 at the end.</summary>
    public int ReadByte() => Available > 0 || Fill() ? Buffer[_at++] : -1;

    /// <summary>Gets the next bytes once the window is used up; false at the end.</summary>
    public bool Fill()
    {
        if (Available > 0)
        {
            return true;
        }

        var position = Position;
        if (position >= _end)
        {
            return false;
        }

        // What lies behind the end is likely to be asked for next, but must not be digested.
        var wanted = digest is null ? Buffer.Length : (int)Math.Min(Buffer.Length, _end - position);
        var read = bytes.Read(position, Buffer.AsSpan(0, wanted));
        (_start, _at, _filled) = (position, 0, read);
        digest?.AppendData(Buffer, 0, read);
        return read > 0;
    }
}
