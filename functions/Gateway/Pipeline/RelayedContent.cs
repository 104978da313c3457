using System.IO.Pipelines;
using System.Net;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>An upstream body on its way to the caller: run through a filter when there is one, masked, and counted. Pulled, so back-pressure reaches the upstream.</summary>
internal sealed class RelayedContent : HttpContent
{
    // The framework's own pieces of 4 KB make a large answer many small ones.
    private const int PieceBytes = 16 * 1024;
    private static readonly PipeOptions Pieces = new(minimumSegmentSize: PieceBytes, pauseWriterThreshold: 4 * PieceBytes, resumeWriterThreshold: 2 * PieceBytes, useSynchronizationContext: false);
    private static readonly StreamPipeReaderOptions Reads = new(bufferSize: PieceBytes, minimumReadSize: PieceBytes / 4);

    private readonly HttpContent _upstream;
    private readonly BodyFilter? _filter;
    private readonly Func<Stream, Stream> _mask;
    private readonly ByteCount _count;

    public RelayedContent(HttpContent upstream, BodyFilter? filter, Func<Stream, Stream> mask, ByteCount count)
    {
        _upstream = upstream;
        _filter = filter;
        _mask = mask;
        _count = count;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => await OpenAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var source = await OpenAsync(CancellationToken.None);
        await source.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _upstream.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var upstream = await _upstream.ReadAsStreamAsync(cancellationToken);
        return new ObservedStream(_mask(_filter is null ? upstream : Filtered(upstream, _filter)), _count.Add);
    }

    private static PumpedStream Filtered(Stream upstream, BodyFilter filter)
    {
        var pipe = new Pipe(Pieces);
        var stop = new CancellationTokenSource();
        _ = PumpAsync();
        return new PumpedStream(pipe.Reader.AsStream(), stop);

        async Task PumpAsync()
        {
            var reader = PipeReader.Create(upstream, Reads);
            Exception? failure = null;
            try
            {
                await filter(reader, pipe.Writer, stop.Token);
            }
            catch (Exception thrown)
            {
                // Handed to whoever reads the other end of the pipe, who sees it as a failed read.
                failure = thrown;
            }

            await pipe.Writer.CompleteAsync(failure);
            await reader.CompleteAsync(failure);
        }
    }

    /// <summary>The reading end of a filter; disposing it stops the filter.</summary>
    private sealed class PumpedStream(Stream inner, CancellationTokenSource stop) : ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                stop.Cancel();
                stop.Dispose();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
