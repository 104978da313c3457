using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>
/// Passes an upstream's <c>info/refs</c> answer on, packet by packet, without what the caller may not see (gitprotocol-http(5)). Whichever
/// version the upstream answers in is understood; nothing after the advertisement's own end is passed on.
/// </summary>
public static class AdvertisementFilter
{
    /// <summary>Longest advertisement, in bytes: 256 MiB, some four million refs. It is never held, only counted.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Filters an advertisement.</summary>
    /// <param name="input">The upstream's response body.</param>
    /// <param name="output">The caller's response body; null when only <paramref name="visitor"/> matters.</param>
    /// <param name="rules">What is shown.</param>
    /// <param name="visitor">Is told of each ref that is shown; null when nobody asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async ValueTask<AdvertisementOutcome> RunAsync(
        PipeReader input, PipeWriter? output, AdvertisementRules rules, IShownRefVisitor? visitor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (!CapabilityList.IsAgent(rules.Agent))
        {
            throw new ArgumentException("An agent is printable ASCII without spaces.", nameof(rules));
        }

        var packets = new PktLineReader(input, PktLineSpecials.None, MaxBytes);
        var sink = new PacketSink(output);
        var (first, version, failure) = await ReadHeadAsync(packets, rules.Service, cancellationToken);
        if (failure is not null)
        {
            return new(version, failure, sink.Started);
        }

        if (version == 2 && rules.Service == GitService.ReceivePack)
        {
            return new(version, GitFailure.Unsupported("a push is not spoken in protocol version 2"), sink.Started);
        }

        failure = version == 2
            ? await new CapabilityAdvertisement(packets, sink, rules).RunAsync(cancellationToken)
            : await new RefAdvertisement(packets, sink, rules, visitor).RunAsync(first, version, cancellationToken);
        failure ??= await sink.DrainAsync(all: true, cancellationToken);
        return new(version, failure, sink.Started);
    }

    // "# service=..." and its flush, which a v2 server may leave out, and then the version, which a v0 server does not say.
    private static async ValueTask<(PktLine First, int Version, GitFailure? Failure)> ReadHeadAsync(
        PktLineReader packets, GitService service, CancellationToken cancellationToken)
    {
        var packet = await packets.ReadAsync(cancellationToken);
        var named = packet.Kind == PktLineKind.Data && IsHeader(packet.Line, service);
        if (named)
        {
            packet = await packets.ReadAsync(cancellationToken);
            if (packet.Kind != PktLineKind.Flush)
            {
                return (packet, 0, packet.Failure ?? GitFailure.Malformed("no flush follows the service's name"));
            }

            packet = await packets.ReadAsync(cancellationToken);
        }

        var version = packet.Kind == PktLineKind.Data ? VersionOf(packet.Line) : 0;
        if (version == 1)
        {
            packet = await packets.ReadAsync(cancellationToken);
        }

        var failure = packet.Kind switch
        {
            PktLineKind.Data => GitErrorPacket.Read(packet.Line),
            PktLineKind.End => GitFailure.Truncated("the advertisement ends before it begins"),
            _ => packet.Failure,
        };
        failure ??= named || version == 2 ? null : GitFailure.Malformed("the answer is not an advertisement of the service asked for");
        return (packet, version, failure);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line, GitService service) =>
        GitText.TryDecodePrintable(line, out var text) && text == $"# service={GitServices.NameOf(service)}";

    private static int VersionOf(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("version 2"u8) ? 2 : line.SequenceEqual("version 1"u8) ? 1 : 0;
}
