using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;

namespace CursorBroker.Core.Git.Wire;

/// <summary>
/// Reads pkt-lines one by one, strictly, holding never more than one. Consumes exactly the packets it returns: after a flush the rest of
/// the pipe is untouched, so that a pack can be read from where it begins.
/// </summary>
/// <remarks>
/// Bad bytes give a packet of kind <see cref="PktLineKind.Failed"/>, and so does every later read. A pipe that breaks throws what it
/// throws; a cancelled read throws <see cref="OperationCanceledException"/>. Not for concurrent use.
/// </remarks>
public sealed class PktLineReader
{
    private readonly PipeReader _input;
    private readonly PktLineSpecials _allowed;
    private readonly long _maxBytes;
    private byte[] _payload = [];
    private GitFailure? _failure;

    /// <summary>A reader over a pipe, which stays the caller's.</summary>
    /// <param name="input">Where to read.</param>
    /// <param name="allowed">Which special packets are not an error.</param>
    /// <param name="maxBytes">How many bytes of packets to read in all before giving up; unlimited by default.</param>
    public PktLineReader(PipeReader input, PktLineSpecials allowed = PktLineSpecials.None, long maxBytes = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _input = input;
        _allowed = allowed;
        _maxBytes = maxBytes;
    }

    /// <summary>How many bytes of packets were consumed.</summary>
    public long Consumed { get; private set; }

    /// <summary>The next packet.</summary>
    public async ValueTask<PktLine> ReadAsync(CancellationToken cancellationToken)
    {
        while (_failure is null)
        {
            var read = await _input.ReadAsync(cancellationToken);
            if (read.IsCanceled)
            {
                _input.AdvanceTo(read.Buffer.Start);
                throw new OperationCanceledException("The pipe's pending read was cancelled.");
            }

            var line = Take(read.Buffer, read.IsCompleted, out var length);
            if (line is { } taken)
            {
                Consumed += length;
                _input.AdvanceTo(read.Buffer.GetPosition(length));
                return taken;
            }

            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return new(PktLineKind.Failed, default, _failure);
    }

    /// <summary>Makes sure that the pipe holds nothing more; else a failure that names <paramref name="after"/>.</summary>
    public async ValueTask<GitFailure?> ExpectEndAsync(string after, CancellationToken cancellationToken)
    {
        while (_failure is null)
        {
            var read = await _input.ReadAsync(cancellationToken);
            var (more, completed) = (!read.Buffer.IsEmpty, read.IsCompleted);
            _input.AdvanceTo(read.Buffer.Start);
            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The pipe's pending read was cancelled.");
            }

            if (more)
            {
                _failure = GitFailure.Malformed($"bytes follow {after}");
            }
            else if (completed)
            {
                return null;
            }
        }

        return _failure;
    }

    private PktLine? Take(in ReadOnlySequence<byte> buffer, bool completed, out int length)
    {
        length = 0;
        if (buffer.Length < PktLine.HeaderLength)
        {
            return !completed ? null
                : buffer.IsEmpty ? new PktLine(PktLineKind.End, default, null)
                : Fail(GitFailure.Truncated("the input ends inside a pkt-line's length"));
        }

        Span<byte> header = stackalloc byte[PktLine.HeaderLength];
        buffer.Slice(0, PktLine.HeaderLength).CopyTo(header);
        if (!TryParseLength(header, out length))
        {
            length = 0;
            return Fail(GitFailure.Malformed("a pkt-line's length is not four hex digits"));
        }

        if (Consumed + Math.Max(length, PktLine.HeaderLength) > _maxBytes)
        {
            length = 0;
            return Fail(GitFailure.TooLarge($"more than {_maxBytes.ToString(CultureInfo.InvariantCulture)} bytes of pkt-lines"));
        }

        return length < PktLine.HeaderLength ? Special(ref length) : Data(buffer, completed, ref length);
    }

    private PktLine Special(ref int length)
    {
        var kind = length switch
        {
            0 => PktLineKind.Flush,
            1 when _allowed.HasFlag(PktLineSpecials.Delimiter) => PktLineKind.Delimiter,
            2 when _allowed.HasFlag(PktLineSpecials.ResponseEnd) => PktLineKind.ResponseEnd,
            _ => PktLineKind.Failed,
        };
        if (kind == PktLineKind.Failed)
        {
            var code = length.ToString("x4", CultureInfo.InvariantCulture);
            length = 0;
            return Fail(GitFailure.Malformed($"the special pkt-line {code} is not allowed here"));
        }

        length = PktLine.HeaderLength;
        return new(kind, default, null);
    }

    private PktLine? Data(in ReadOnlySequence<byte> buffer, bool completed, ref int length)
    {
        if (length > PktLine.MaxLength)
        {
            length = 0;
            return Fail(GitFailure.Malformed($"a pkt-line is longer than {PktLine.MaxLength} bytes"));
        }

        if (buffer.Length < length)
        {
            var (have, want) = (buffer.Length, length);
            length = 0;
            return completed ? Fail(GitFailure.Truncated($"the input ends after {have} of a pkt-line's {want} bytes")) : null;
        }

        var size = length - PktLine.HeaderLength;
        if (_payload.Length < size)
        {
            _payload = new byte[Math.Min(PktLine.MaxPayload, Math.Max(1024, 2 * size))];
        }

        buffer.Slice(PktLine.HeaderLength, size).CopyTo(_payload);
        return new(PktLineKind.Data, _payload.AsMemory(0, size), null);
    }

    private PktLine Fail(GitFailure failure)
    {
        _failure = failure;
        return new(PktLineKind.Failed, default, failure);
    }

    internal static bool TryParseLength(ReadOnlySpan<byte> header, out int length)
    {
        length = 0;
        foreach (var digit in header)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            length = (length << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }
}
