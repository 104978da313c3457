using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>
/// Passes an upstream's answer to <c>ls-refs</c> on, line by line, without what the caller may not see (gitprotocol-v2(5)). Where refs are
/// hidden the upstream must have been asked for symbolic refs' targets: a ref that points to a hidden one is hidden with it.
/// </summary>
public static class LsRefsFilter
{
    /// <summary>Filters an answer.</summary>
    /// <param name="input">The upstream's response body.</param>
    /// <param name="output">The caller's response body; null when only <paramref name="visitor"/> matters.</param>
    /// <param name="visible">The refs shown.</param>
    /// <param name="showSymrefs">Whether the caller itself asked for symbolic refs' targets.</param>
    /// <param name="format">The object format of the request; null means SHA-1.</param>
    /// <param name="visitor">Is told of each ref that is shown; null when nobody asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Why it broke off; <see cref="AdvertisementOutcome.Failure"/> null when it came to its end.</returns>
    public static async ValueTask<AdvertisementOutcome> RunAsync(
        PipeReader input,
        PipeWriter? output,
        RefVisibility visible,
        bool showSymrefs,
        ObjectFormat? format,
        IShownRefVisitor? visitor,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(visible);
        var packets = new PktLineReader(input, PktLineSpecials.None, AdvertisementFilter.MaxBytes);
        var sink = new PacketSink(output);
        var lines = new LsRefsLines(new(visible), sink, showSymrefs, format ?? ObjectFormat.Sha1, visitor);
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            var failure = packet.Kind switch
            {
                PktLineKind.Flush => null,
                PktLineKind.Data => lines.Take(packet.Line),
                PktLineKind.End => GitFailure.Truncated("the list of refs ends before its flush"),
                _ => packet.Failure,
            };
            if (failure is null && packet.Kind == PktLineKind.Flush)
            {
                await (visitor?.CompleteAsync(cancellationToken) ?? ValueTask.CompletedTask);
                sink.Flush();
            }

            failure ??= await sink.DrainAsync(all: packet.Kind == PktLineKind.Flush, cancellationToken);
            if (failure is not null || packet.Kind == PktLineKind.Flush)
            {
                return new(2, failure, sink.Started);
            }
        }
    }
}
