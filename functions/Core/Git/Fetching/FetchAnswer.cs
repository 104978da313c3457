using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>
/// The upstream's answer to a <c>fetch</c> of protocol v2 that asked for no depth and ended with <c>done</c> (gitprotocol-v2(5)), read to its last
/// byte. The pack in it is handed on piece by piece, unchecked.
/// </summary>
public sealed class FetchAnswer
{
    private const byte DataBand = 1;
    private const byte ProgressBand = 2;
    private const byte FatalBand = 3;

    private FetchAnswer(long packBytes) => PackBytes = packBytes;

    /// <summary>How many bytes the pack has.</summary>
    public long PackBytes { get; }

    /// <summary>Reads an answer.</summary>
    /// <param name="input">The decompressed body.</param>
    /// <param name="pack">Takes the pack's bytes, which are valid until it returns.</param>
    /// <param name="maxPackBytes">Most bytes of pack to hand on.</param>
    /// <param name="cut">Whether the question itself cut the history short, so that the answer may say so.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>
    /// A failure when the upstream refuses, when the answer is cut short or malformed, and when its repository is shallow without having been asked to be, as its
    /// history is then incomplete.
    /// </returns>
    public static async ValueTask<GitResult<FetchAnswer>> ReadAsync(
        PipeReader input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> pack, long maxPackBytes, bool cut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentOutOfRangeException.ThrowIfNegative(maxPackBytes);
        var packets = new PktLineReader(input, PktLineSpecials.Delimiter);
        if (await SkipToPackAsync(packets, cut, cancellationToken) is { } failure)
        {
            return failure;
        }

        var bytes = 0L;
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            if (packet.Kind == PktLineKind.Flush)
            {
                return await packets.ExpectEndAsync("the flush that closes a fetch", cancellationToken) is { } more ? more : new FetchAnswer(bytes);
            }

            if (packet.Kind != PktLineKind.Data)
            {
                return Unexpected(packet);
            }

            if (GitErrorPacket.Read(packet.Line) is { } refused)
            {
                return refused;
            }

            var payload = packet.Payload;
            switch (payload.IsEmpty ? 0 : payload.Span[0])
            {
                case DataBand:
                    bytes += payload.Length - 1;
                    if (bytes > maxPackBytes)
                    {
                        return GitFailure.TooLarge($"the upstream's pack has more than {maxPackBytes} bytes");
                    }

                    await pack(payload[1..], cancellationToken);
                    break;
                case ProgressBand:
                    break;
                case FatalBand:
                    return new GitFailure(GitFailureKind.UpstreamRefused, GitText.OneLine(payload.Span[1..], GitErrorPacket.MaxMessage));
                default:
                    return GitFailure.Malformed("the upstream's pack has a packet on no known side-band");
            }
        }
    }

    private static async ValueTask<GitFailure?> SkipToPackAsync(PktLineReader packets, bool cut, CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            if (packet.Kind != PktLineKind.Data)
            {
                return packet.Kind == PktLineKind.Flush ? GitFailure.Truncated("the upstream's answer ends without a pack") : Unexpected(packet);
            }

            switch (GitText.OneLine(packet.Line, GitErrorPacket.MaxMessage))
            {
                case "packfile":
                    return null;
                case "acknowledgments" or "wanted-refs":
                case "shallow-info" when cut:
                    break;
                case "shallow-info":
                    return GitFailure.Unsupported("the upstream's repository is shallow: its history is not all there");
                case var name:
                    return GitErrorPacket.Read(packet.Line) ?? GitFailure.Unsupported($"the upstream's answer has the section '{GitText.OneLine(name, 64)}'");
            }

            if (await SkipSectionAsync(packets, cancellationToken) is { } failure)
            {
                return failure;
            }
        }
    }

    private static async ValueTask<GitFailure?> SkipSectionAsync(PktLineReader packets, CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            switch (packet.Kind)
            {
                case PktLineKind.Delimiter:
                    return null;
                case PktLineKind.Data when GitErrorPacket.Read(packet.Line) is { } refused:
                    return refused;
                case PktLineKind.Data:
                    break;
                case PktLineKind.Flush:
                    return GitFailure.Truncated("the upstream's answer ends without a pack");
                default:
                    return Unexpected(packet);
            }
        }
    }

    private static GitFailure Unexpected(in PktLine packet) => packet.Kind switch
    {
        PktLineKind.Failed => packet.Failure!,
        PktLineKind.End => GitFailure.Truncated("the upstream's answer is cut short"),
        _ => GitFailure.Malformed("the upstream's answer has a special packet where none belongs"),
    };
}
