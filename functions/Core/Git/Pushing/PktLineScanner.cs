using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>
/// Follows pkt-lines through bytes that arrive in any pieces, without holding them: says where each packet begins and ends and hands on its
/// payload piece by piece. For watching a stream that somebody else passes on.
/// </summary>
internal sealed class PktLineScanner
{
    private readonly byte[] _header = new byte[PktLine.HeaderLength];
    private int _headerBytes;
    private int _remaining;

    /// <summary>A piece of a data packet's payload.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="last">True for the packet's last piece; the piece may be empty.</param>
    public delegate void Payload(ReadOnlySpan<byte> piece, bool last);

    /// <summary>True when the bytes were not pkt-lines; nothing after that is looked at.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True when the last thing seen was a flush.</summary>
    public bool IsFlushed { get; private set; }

    /// <summary>Looks at the next bytes.</summary>
    public void Scan(ReadOnlySpan<byte> bytes, Payload payload)
    {
        while (!bytes.IsEmpty && !IsBroken)
        {
            if (_remaining > 0)
            {
                var piece = bytes[..Math.Min(bytes.Length, _remaining)];
                bytes = bytes[piece.Length..];
                _remaining -= piece.Length;
                payload(piece, _remaining == 0);
                continue;
            }

            _header[_headerBytes++] = bytes[0];
            bytes = bytes[1..];
            if (_headerBytes == PktLine.HeaderLength)
            {
                _headerBytes = 0;
                Begin(payload);
            }
        }
    }

    private void Begin(Payload payload)
    {
        if (!PktLineReader.TryParseLength(_header, out var length) || length is (> 0 and < PktLine.HeaderLength) or > PktLine.MaxLength)
        {
            IsBroken = true;
            return;
        }

        IsFlushed = length == 0;
        _remaining = Math.Max(0, length - PktLine.HeaderLength);
        if (length == PktLine.HeaderLength)
        {
            payload([], last: true);
        }
    }
}
