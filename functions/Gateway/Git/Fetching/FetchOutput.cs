using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Gateway.Git.Fetching;

/// <summary>
/// What a fetching git is answered while its pack is looked into. Nothing is let out before it has to be, so that a refusal can still be an answer of its own; from then on everything is
/// said on side-bands: an empty packet on the first to keep the connection alive, which is what git's own upload-pack sends.
/// </summary>
/// <param name="caller">Where it goes.</param>
/// <param name="maxPacket">Longest packet that the client takes, in bytes, its length included.</param>
/// <param name="time">The clock.</param>
internal sealed class FetchOutput(PipeWriter caller, int maxPacket, TimeProvider time)
{
    /// <summary>How long a client may hear nothing.</summary>
    public static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(5);

    private const byte DataBand = 1;
    private const byte MessageBand = 2;
    private const byte FatalBand = 3;
    private const int Overhead = PktLine.HeaderLength + 1;

    private readonly ArrayBufferWriter<byte> _held = new();
    private long _written = time.GetTimestamp();

    /// <summary>Whether anything was let out.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Holds a packet until something is let out.</summary>
    public void HoldLine(ReadOnlySpan<byte> payload) => PktLineWriter.WriteData(_held, payload);

    /// <summary>Holds a section's end.</summary>
    public void HoldDelimiter() => PktLineWriter.WriteDelimiter(_held);

    /// <summary>Holds a message's end.</summary>
    public void HoldFlush() => PktLineWriter.WriteFlush(_held);

    /// <summary>Lets out what is held.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        HasStarted = true;
        caller.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
        _written = time.GetTimestamp();
        var flushed = await caller.FlushAsync(cancellationToken);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    /// <summary>Says something beside the pack, as it is.</summary>
    public ValueTask<bool> TellAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        Write(MessageBand, message.Span);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Says nothing, when nothing was said for a while.</summary>
    public ValueTask<bool> KeepAliveAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_written) < KeepAliveEvery)
        {
            return ValueTask.FromResult(true);
        }

        _held.Write("0005\u0001"u8);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Gives the client a piece of the pack.</summary>
    public ValueTask<bool> GiveAsync(ReadOnlyMemory<byte> pack, CancellationToken cancellationToken)
    {
        Write(DataBand, pack.Span);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Ends it with a reason, and a line each for more to say.</summary>
    public async ValueTask RefuseAsync(IEnumerable<string> lines, string reason, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            Write(MessageBand, Encoding.UTF8.GetBytes(GitErrorPacket.OneLine(line) + "\n"));
        }

        Write(FatalBand, Encoding.UTF8.GetBytes(GitErrorPacket.OneLine(reason) + "\n"));
        HoldFlush();
        await FlushAsync(cancellationToken);
    }

    private void Write(byte band, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, maxPacket - Overhead)];
            PktLineWriter.WriteSideBand(_held, band, piece);
            bytes = bytes[piece.Length..];
        }
    }
}
