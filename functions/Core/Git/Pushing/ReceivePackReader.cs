using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>
/// Reads the head of a push and leaves the pipe at the first byte of its pack, having looked at the pack's signature without consuming it.
/// </summary>
/// <remarks>
/// Stricter than git's own receive-pack, which accepts capabilities behind any command's NUL, shallow lines between commands and the same
/// ref twice: each would let a reader before it and the receiver behind it see two different pushes.
/// </remarks>
public sealed class ReceivePackReader
{
    private const int SignatureLength = 8;

    private readonly PipeReader _input;
    private readonly PktLineReader _packets;
    private readonly ReceivePackLimits _limits;
    private readonly List<GitOid> _shallow = [];
    private readonly List<RefUpdate> _updates = [];
    private readonly HashSet<RefName> _refs = [];
    private ReceivePackCapabilities _capabilities = ReceivePackCapabilities.None;

    private ReceivePackReader(PipeReader input, ReceivePackLimits limits)
    {
        _input = input;
        _packets = new(input, PktLineSpecials.None, limits.MaxHeadBytes);
        _limits = limits;
    }

    /// <summary>Reads a push's head from its decompressed body.</summary>
    public static async ValueTask<ReceivePackReading> ReadAsync(
        PipeReader input, ReceivePackLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(limits);
        var reader = new ReceivePackReader(input, limits);
        var failure = await reader.ReadCommandsAsync(cancellationToken) ?? reader.Check() ?? await reader.CheckWhatFollowsAsync(cancellationToken);
        return new(failure is null ? reader.Request : null, reader._capabilities, failure);
    }

    private ReceivePackRequest Request =>
        new() { Shallow = [.. _shallow], Updates = [.. _updates], Capabilities = _capabilities };

    private async ValueTask<GitFailure?> ReadCommandsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await _packets.ReadAsync(cancellationToken);
            var failure = packet.Kind switch
            {
                PktLineKind.Flush => null,
                PktLineKind.Data => Take(packet.Line),
                PktLineKind.End => GitFailure.Truncated("the push ends before the flush that closes its commands"),
                _ => packet.Failure,
            };
            if (failure is not null || packet.Kind == PktLineKind.Flush)
            {
                return failure;
            }
        }
    }

    private GitFailure? Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("push-cert"u8))
        {
            return GitFailure.Unsupported("signed pushes (push certificates) are not supported");
        }

        if (_updates.Count == 0 && line.StartsWith("shallow "u8))
        {
            return TakeShallow(line["shallow ".Length..]);
        }

        var nul = line.IndexOf((byte)0);
        if (nul >= 0)
        {
            if (_updates.Count > 0)
            {
                return GitFailure.Malformed("only the first command may carry capabilities");
            }

            (_capabilities, var failure) = ReceivePackCapabilities.Parse(line[(nul + 1)..]);
            if (failure is not null)
            {
                return failure;
            }

            line = line[..nul];
        }

        return TakeCommand(line);
    }

    private GitFailure? TakeShallow(ReadOnlySpan<byte> hex)
    {
        // The object format is only known with the first command; Check compares them.
        var format = hex.Length == ObjectFormats.HexLength(ObjectFormat.Sha256) ? ObjectFormat.Sha256 : ObjectFormat.Sha1;
        if (!GitText.TryParseOid(hex, format, out var oid) || oid.IsZero)
        {
            return GitFailure.Malformed("a shallow line does not hold an object id");
        }

        _shallow.Add(oid);
        return null;
    }

    private GitFailure? TakeCommand(ReadOnlySpan<byte> line)
    {
        var format = _capabilities.ObjectFormat ?? ObjectFormat.Sha1;
        var digits = ObjectFormats.HexLength(format);
        if (line.Length < (2 * digits) + 3 || line[digits] != ' ' || line[(2 * digits) + 1] != ' '
            || !GitText.TryParseOid(line[..digits], format, out var old)
            || !GitText.TryParseOid(line.Slice(digits + 1, digits), format, out var next))
        {
            return GitFailure.Malformed($"a command is not 'old new ref' with {ObjectFormats.NameOf(format)} object ids");
        }

        if (!GitText.TryDecode(line[((2 * digits) + 2)..], out var text) || !RefName.TryParse(text, out var name))
        {
            return GitFailure.Malformed($"'{GitText.OneLine(line[((2 * digits) + 2)..], 128)}' is not a full ref name");
        }

        if (old.IsZero && next.IsZero)
        {
            return GitFailure.Malformed($"the command for {name.Value} neither creates nor deletes it");
        }

        if (_updates.Count == _limits.MaxCommands)
        {
            return GitFailure.TooLarge($"a push may change at most {_limits.MaxCommands} refs");
        }

        if (!_refs.Add(name))
        {
            return GitFailure.Malformed($"{name.Value} is named twice in one push");
        }

        _updates.Add(new(name, old, next));
        return null;
    }

    private GitFailure? Check()
    {
        if (_updates.Count == 0)
        {
            return _shallow.Count == 0 ? null : GitFailure.Malformed("the push has no commands");
        }

        var digits = ObjectFormats.HexLength(_capabilities.ObjectFormat ?? ObjectFormat.Sha1);
        return _shallow.TrueForAll(oid => oid.Hex.Length == digits)
            ? null
            : GitFailure.Malformed("a shallow line's object id is of another object format");
    }

    // The pack begins exactly here. Commands, push options or anything else after the flush is not looked for elsewhere.
    private async ValueTask<GitFailure?> CheckWhatFollowsAsync(CancellationToken cancellationToken)
    {
        if (_updates.TrueForAll(static update => update.IsDelete))
        {
            return await _packets.ExpectEndAsync(_updates.Count == 0 ? "an empty flush" : "a push that only deletes", cancellationToken);
        }

        var read = await _input.ReadAtLeastAsync(SignatureLength, cancellationToken);
        var failure = CheckSignature(read.Buffer);
        _input.AdvanceTo(read.Buffer.Start);
        return read.IsCanceled ? throw new OperationCanceledException("The pipe's pending read was cancelled.") : failure;
    }

    private static GitFailure? CheckSignature(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> signature = stackalloc byte[SignatureLength];
        if (buffer.Length < SignatureLength)
        {
            return GitFailure.Truncated("the push ends where its pack should begin");
        }

        buffer.Slice(0, SignatureLength).CopyTo(signature);
        return signature is [(byte)'P', (byte)'A', (byte)'C', (byte)'K', 0, 0, 0, 2 or 3]
            ? null
            : GitFailure.Malformed("no pack follows the commands directly");
    }
}
