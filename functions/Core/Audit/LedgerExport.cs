using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace CursorBroker.Core.Audit;

/// <summary>
/// The ledger as a file to hand over: JSON Lines, one record a line, in order, each line ended by a line feed. The file alone is enough to verify
/// the chain, and any JSON tool reads it.
/// </summary>
public static class LedgerExport
{
    /// <summary>Writes records, streaming.</summary>
    /// <returns>The last record written: hand it over by another way than the file, as the anchor to verify it against.</returns>
    /// <exception cref="InvalidDataException">A record holds what no event's JSON can: it was tampered with.</exception>
    public static async ValueTask<LedgerHead> WriteAsync(
        IAsyncEnumerable<LedgerRecord> records, Stream output, CancellationToken cancellationToken)
    {
        const int FlushAbove = 64 * 1024;
        var buffer = new ArrayBufferWriter<byte>(FlushAbove);
        var head = LedgerHead.Empty;
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            LedgerExportLine.Write(buffer, record);
            head = new LedgerHead(record.Sequence, record.Hash);
            if (buffer.WrittenCount >= FlushAbove)
            {
                await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }

        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return head;
    }

    /// <summary>Reads records back, without verifying the chain.</summary>
    /// <exception cref="InvalidDataException">A line is not one that <see cref="WriteAsync"/> writes; the message says which.</exception>
    public static async IAsyncEnumerable<LedgerRecord> ReadAsync(
        Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in ReadLinesAsync(input, cancellationToken))
        {
            yield return line.Record ?? throw new InvalidDataException(Malformed(line.Number));
        }
    }

    /// <summary>Verifies an exported file from its first record on.</summary>
    /// <param name="input">The file.</param>
    /// <param name="anchor">A point that must be in the chain; null for none. Without one, lines cut from the end go unnoticed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<LedgerVerification> VerifyAsync(Stream input, LedgerHead? anchor, CancellationToken cancellationToken)
    {
        var verifier = new LedgerVerifier(anchor);
        await foreach (var line in ReadLinesAsync(input, cancellationToken))
        {
            if (line.Record is null)
            {
                verifier.Reject(Malformed(line.Number));
                break;
            }

            if (!verifier.Accept(line.Record))
            {
                break;
            }
        }

        return verifier.Finish();
    }

    private static string Malformed(long line) => $"Line {line} is not a whole line of a ledger export.";

    /// <summary>Lines in order; one without a record is malformed, and the last.</summary>
    private static async IAsyncEnumerable<(long Number, LedgerRecord? Record)> ReadLinesAsync(
        Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(leaveOpen: true));
        await using var completion = new Completion(reader);
        for (var number = 1L; ;)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TakeLine(ref rest, out var line))
            {
                var record = Parse(line);
                yield return (number++, record);
                if (record is null)
                {
                    yield break;
                }
            }

            if (rest.Length > LedgerExportLine.MaxBytes || (read.IsCompleted && !rest.IsEmpty))
            {
                yield return (number, null);
                yield break;
            }

            if (read.IsCompleted)
            {
                yield break;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        var end = buffer.PositionOf((byte)'\n');
        line = end is null ? default : buffer.Slice(0, end.Value);
        buffer = end is null ? buffer : buffer.Slice(buffer.GetPosition(1, end.Value));
        return end is not null;
    }

    private static LedgerRecord? Parse(ReadOnlySequence<byte> line)
    {
        var bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        return LedgerExportLine.TryParse(bytes, out var record) ? record : null;
    }

    private readonly struct Completion(PipeReader reader) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => reader.CompleteAsync();
    }
}
