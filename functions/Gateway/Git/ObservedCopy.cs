using System.Buffers;
using System.IO.Pipelines;
using CursorBroker.Core.Git.Pushing;

namespace CursorBroker.Gateway.Git;

/// <summary>Passes an answer on as it comes, byte for byte, while a <see cref="ReportStatusReader"/> looks on.</summary>
internal static class ObservedCopy
{
    public static async Task RunAsync(PipeReader upstream, PipeWriter caller, ReportStatusReader observer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await upstream.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                observer.Observe(segment.Span);
                caller.Write(segment.Span);
            }

            upstream.AdvanceTo(read.Buffer.End);
            var flush = await caller.FlushAsync(cancellationToken);
            if (read.IsCompleted || read.IsCanceled || flush.IsCompleted || flush.IsCanceled)
            {
                return;
            }
        }
    }
}
