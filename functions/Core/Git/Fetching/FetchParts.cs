using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>
/// The upstream's answer to a client's fetch, taken apart: what is said before the pack, packet by packet, and the pack with what is said beside it. A round of negotiation has
/// no pack. In protocol v0 and v1 the client has asked for a side-band (gitprotocol-pack(5), gitprotocol-v2(5)).
/// </summary>
/// <param name="input">The decompressed body.</param>
/// <param name="isV2">Whether the question was one of protocol v2.</param>
public sealed class FetchParts(PipeReader input, bool isV2)
{
    private const byte DataBand = 1;
    private const byte ProgressBand = 2;
    private const byte FatalBand = 3;

    private readonly PktLineReader _packets = new(input, isV2 ? PktLineSpecials.Delimiter : PktLineSpecials.None);
    private bool _inPack;
    private bool _isName = true;

    /// <summary>The next part. After <see cref="FetchPartKind.End"/> and <see cref="FetchPartKind.Failed"/> there is none.</summary>
    public async ValueTask<FetchPart> ReadAsync(CancellationToken cancellationToken)
    {
        var packet = await _packets.ReadAsync(cancellationToken);
        if (packet.Kind == PktLineKind.Failed)
        {
            return Fail(packet.Failure!);
        }

        if (packet.Kind == PktLineKind.Data && GitErrorPacket.Read(packet.Line) is { } refused)
        {
            return Fail(refused);
        }

        return _inPack ? await InPackAsync(packet, cancellationToken) : isV2 ? await BeforePackAsync(packet, cancellationToken) : BeforePack(packet);
    }

    private async ValueTask<FetchPart> InPackAsync(PktLine packet, CancellationToken cancellationToken)
    {
        switch (packet.Kind)
        {
            case PktLineKind.Data when !packet.Payload.IsEmpty:
                return Banded(packet.Payload);
            case PktLineKind.Flush:
                return await EndAsync("the flush that closes a fetch", cancellationToken);
            case PktLineKind.End:
                return Fail(GitFailure.Truncated("the upstream's answer is cut short"));
            default:
                return Fail(GitFailure.Malformed("the upstream's pack has a packet where none belongs"));
        }
    }

    private static FetchPart Banded(ReadOnlyMemory<byte> payload) => payload.Span[0] switch
    {
        DataBand => new(FetchPartKind.Pack, payload[1..]),
        ProgressBand => new(FetchPartKind.Progress, payload[1..]),
        FatalBand => Fail(new GitFailure(GitFailureKind.UpstreamRefused, GitText.OneLine(payload.Span[1..], GitErrorPacket.MaxMessage))),
        _ => Fail(GitFailure.Malformed("the upstream's pack has a packet on no known side-band")),
    };

    private async ValueTask<FetchPart> BeforePackAsync(PktLine packet, CancellationToken cancellationToken)
    {
        var isName = _isName;
        _isName = packet.Kind == PktLineKind.Delimiter;
        switch (packet.Kind)
        {
            case PktLineKind.Delimiter when !isName:
                return new(FetchPartKind.Delimiter);
            case PktLineKind.Flush:
                // A round of negotiation: more is to be asked.
                return await EndAsync("the flush that closes a round", cancellationToken);
            case PktLineKind.Data when isName:
                return GitText.OneLine(packet.Line, 64) switch
                {
                    "packfile" => Begin(packet),
                    "acknowledgments" or "shallow-info" or "wanted-refs" => new(FetchPartKind.Line, packet.Payload),
                    var name => Fail(GitFailure.Unsupported($"the upstream's answer has the section '{name}'")),
                };
            case PktLineKind.Data:
                return new(FetchPartKind.Line, packet.Payload);
            case PktLineKind.End:
                return Fail(GitFailure.Truncated("the upstream's answer is cut short"));
            default:
                return Fail(GitFailure.Malformed("the upstream's answer has a special packet where none belongs"));
        }
    }

    // Lines of text before the pack, and no word that says that it begins: the first packet that starts with a band's number is its first.
    private FetchPart BeforePack(PktLine packet)
    {
        switch (packet.Kind)
        {
            case PktLineKind.Data when packet.Payload.Span is [DataBand or ProgressBand or FatalBand, ..]:
                _inPack = true;
                return Banded(packet.Payload);
            case PktLineKind.Data when IsKnownLine(packet.Line):
                return new(FetchPartKind.Line, packet.Payload);
            case PktLineKind.Flush:
                return new(FetchPartKind.Flush);
            case PktLineKind.End:
                return new(FetchPartKind.End);
            default:
                return Fail(GitFailure.Malformed("the upstream's answer has a packet where none belongs"));
        }
    }

    private static bool IsKnownLine(ReadOnlySpan<byte> line) =>
        line.StartsWith("ACK "u8) || line.SequenceEqual("NAK"u8) || line.StartsWith("shallow "u8) || line.StartsWith("unshallow "u8);

    private FetchPart Begin(PktLine packet)
    {
        _inPack = true;
        return new(FetchPartKind.Line, packet.Payload);
    }

    private async ValueTask<FetchPart> EndAsync(string after, CancellationToken cancellationToken) =>
        await _packets.ExpectEndAsync(after, cancellationToken) is { } more ? Fail(more) : new(FetchPartKind.Flush) { IsLast = true };

    private static FetchPart Fail(GitFailure failure) => new(FetchPartKind.Failed, default, failure);
}

/// <summary>A part of the upstream's answer to a fetch.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The line, piece of pack or progress; valid until the next part is read.</param>
/// <param name="Failure">Why there is none; set exactly when <paramref name="Kind"/> is <see cref="FetchPartKind.Failed"/>.</param>
public readonly record struct FetchPart(FetchPartKind Kind, ReadOnlyMemory<byte> Bytes = default, GitFailure? Failure = null)
{
    /// <summary>Whether a flush is the answer's end.</summary>
    public bool IsLast { get; init; }
}

/// <summary>The kinds of <see cref="FetchPart"/>.</summary>
public enum FetchPartKind
{
    /// <summary>A packet before the pack, in its own words; in protocol v2 the line that says that the pack follows is the last of them.</summary>
    Line,

    /// <summary>A section's end.</summary>
    Delimiter,

    /// <summary>A message's end.</summary>
    Flush,

    /// <summary>A piece of the pack; of no length to keep the connection alive.</summary>
    Pack,

    /// <summary>A piece of what the upstream tells people meanwhile.</summary>
    Progress,

    /// <summary>The answer is over, without a flush: a round of negotiation of protocol v0.</summary>
    End,

    /// <summary>The upstream refuses, or the answer is cut short or malformed.</summary>
    Failed,
}
