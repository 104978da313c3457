using System.Buffers;
using System.IO.Pipelines;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// Passes the answer to a push on, while a <see cref="ReportStatusReader"/> looks on, and masks what the upstream's hooks print (<c>remote:</c>): the side-bands for messages. What ends in the
/// middle of a line waits for its end, so that no packet's end is a way past.
/// </summary>
internal static class RemoteMessages
{
    private const byte Progress = 2;
    private const byte Fatal = 3;
    private const int LongestLine = 32 * 1024;

    public static async Task RunAsync(PipeReader upstream, PipeWriter caller, ReportStatusReader observer, BodyMask mask, CancellationToken cancellationToken)
    {
        var reader = new PktLineReader(upstream);
        var text = new ArrayBufferWriter<byte>();
        var packet = new ArrayBufferWriter<byte>();
        var band = Progress;
        while (true)
        {
            var line = await reader.ReadAsync(cancellationToken);
            packet.ResetWrittenCount();
            switch (line.Kind)
            {
                case PktLineKind.Failed:
                    throw new InvalidDataException($"The upstream's report: {line.Failure?.Message}");
                case PktLineKind.Flush:
                    PktLineWriter.WriteFlush(packet);
                    break;
                case PktLineKind.Data:
                    PktLineWriter.WriteData(packet, line.Payload.Span);
                    break;
                default:
                    Write(caller, band, text, mask);
                    await caller.FlushAsync(cancellationToken);
                    return;
            }

            observer.Observe(packet.WrittenSpan);
            if (line.Payload.Span is [Progress or Fatal, ..])
            {
                if (line.Payload.Span[0] != band)
                {
                    Write(caller, band, text, mask);
                }

                band = line.Payload.Span[0];
                text.Write(line.Payload.Span[1..]);
                if (text.WrittenCount > LongestLine || text.WrittenSpan is [.., (byte)'\n' or (byte)'\r'])
                {
                    Write(caller, band, text, mask);
                }
            }
            else
            {
                if (line.Kind == PktLineKind.Flush)
                {
                    Write(caller, band, text, mask);
                }

                caller.Write(packet.WrittenSpan);
            }

            var flush = await caller.FlushAsync(cancellationToken);
            if (flush.IsCompleted || flush.IsCanceled)
            {
                return;
            }
        }
    }

    private static void Write(PipeWriter caller, byte band, ArrayBufferWriter<byte> text, BodyMask mask)
    {
        if (text.WrittenCount == 0)
        {
            return;
        }

        try
        {
            PktLineWriter.WriteSideBand(caller, band, mask(text.WrittenMemory).Span);
        }
        catch (AnswerRefusedException)
        {
            // What became of the push must still be told; that something was kept back is in the audit.
            PktLineWriter.WriteSideBand(caller, band, "CursorBroker: a message of the remote is kept back, because it may hold a secret.\n"u8);
        }

        text.ResetWrittenCount();
    }
}
