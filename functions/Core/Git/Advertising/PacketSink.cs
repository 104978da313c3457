using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>Where a filter's output goes: to a pipe, flushed piece by piece, or nowhere when only what is shown matters.</summary>
internal sealed class PacketSink(PipeWriter? output)
{
    private const int FlushAt = 16 * 1024;

    private int _unflushed;

    public bool Started { get; private set; }

    public void Line(string line) => Wrote(output is null ? 0 : Write(output, line));

    public void Data(ReadOnlySpan<byte> payload)
    {
        if (output is not null)
        {
            PktLineWriter.WriteData(output, payload);
            Wrote(payload.Length);
        }
    }

    public void Flush()
    {
        if (output is not null)
        {
            PktLineWriter.WriteFlush(output);
            Wrote(PktLine.HeaderLength);
        }
    }

    /// <summary>Passes on what was written once it is worth it; a failure when nobody reads any more.</summary>
    public async ValueTask<GitFailure?> DrainAsync(bool all, CancellationToken cancellationToken)
    {
        if (output is null || (!all && _unflushed < FlushAt))
        {
            return null;
        }

        _unflushed = 0;
        var flush = await output.FlushAsync(cancellationToken);
        return flush.IsCompleted || flush.IsCanceled
            ? new(GitFailureKind.ReaderGone, "whoever was to read the answer has gone away")
            : null;
    }

    private static int Write(PipeWriter output, string line)
    {
        PktLineWriter.WriteLine(output, line);
        return line.Length;
    }

    private void Wrote(int bytes)
    {
        Started |= output is not null;
        _unflushed += bytes;
    }
}
