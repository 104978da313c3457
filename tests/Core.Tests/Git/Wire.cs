using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

/// <summary>Pkt-lines from text, and pipes over bytes.</summary>
internal static class Wire
{
    public const string A = "1111111111111111111111111111111111111111";
    public const string B = "2222222222222222222222222222222222222222";
    public const string C = "3333333333333333333333333333333333333333";
    public const string Zero = "0000000000000000000000000000000000000000";
    public const string Flush = "<flush>";
    public const string Delimiter = "<delim>";
    public const string Pack = "PACK\0\0\0\u0002\0\0\0\0rest of the pack";

    /// <summary>Each text a data packet as it is; the special names as their packets.</summary>
    public static byte[] Packets(params string[] lines)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            switch (line)
            {
                case Flush:
                    PktLineWriter.WriteFlush(output);
                    break;
                case Delimiter:
                    PktLineWriter.WriteDelimiter(output);
                    break;
                default:
                    PktLineWriter.WriteData(output, Encoding.UTF8.GetBytes(line));
                    break;
            }
        }

        return output.WrittenSpan.ToArray();
    }

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static PipeReader Pipe(byte[] bytes, params int[] pieces) => PipeReader.Create(new PieceStream(bytes, pieces));

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Packets back to the text they were made of.</summary>
    public static async Task<string[]> UnpackAsync(byte[] bytes)
    {
        var reader = new PktLineReader(Pipe(bytes), PktLineSpecials.Delimiter | PktLineSpecials.ResponseEnd);
        var lines = new List<string>();
        while (true)
        {
            var packet = await reader.ReadAsync(CancellationToken.None);
            switch (packet.Kind)
            {
                case PktLineKind.End:
                    return [.. lines];
                case PktLineKind.Failed:
                    throw new AssertFailedException($"not pkt-lines: {packet.Failure}");
                case PktLineKind.Data:
                    lines.Add(Text(packet.Payload.Span));
                    break;
                default:
                    lines.Add(packet.Kind == PktLineKind.Flush ? Flush : Delimiter);
                    break;
            }
        }
    }

    public static async Task<byte[]> RestAsync(PipeReader pipe)
    {
        using var rest = new MemoryStream();
        await pipe.CopyToAsync(rest);
        return rest.ToArray();
    }

    /// <summary>The result of a read over a pipe that never waits, for property tests, which are not asynchronous.</summary>
    public static T Now<T>(ValueTask<T> read) => read.AsTask().GetAwaiter().GetResult();

    /// <summary>A filter's output, and what it returned.</summary>
    public static async Task<(T Outcome, byte[] Output)> CaptureAsync<T>(Func<PipeWriter, ValueTask<T>> run)
    {
        using var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        var outcome = await run(writer);
        await writer.CompleteAsync();
        return (outcome, stream.ToArray());
    }

    /// <summary>Hands out bytes in pieces of the given sizes, over and over; all at once when there are none.</summary>
    private sealed class PieceStream(byte[] bytes, int[] pieces) : Stream
    {
        private int _at;
        private int _piece;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var size = pieces.Length == 0 ? int.MaxValue : Math.Max(1, pieces[_piece++ % pieces.Length]);
            var count = Math.Min(Math.Min(buffer.Length, size), bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
