using System.Buffers;
using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>
/// Refuses a push in the words that git's own receive-pack would use, so that the user reads
/// <c>! [remote rejected] main -> main (reason)</c> (gitprotocol-pack(5), "Report Status").
/// </summary>
public static class ReceivePackReport
{
    /// <summary>Longest reason, in UTF-8 bytes.</summary>
    public const int MaxReason = 512;

    /// <summary>Longest message line, in UTF-8 bytes.</summary>
    public const int MaxMessage = 1000;

    private const byte DataBand = 1;
    private const byte MessageBand = 2;
    private const byte FatalBand = 3;

    /// <summary>Writes a whole response body that refuses refs, in whichever form the client asked for.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="capabilities">What the client asked for.</param>
    /// <param name="messages">Lines shown as <c>remote: ...</c>, where the client takes side-band packets.</param>
    /// <param name="refusals">Every ref of the push, each with its reason: a push is all or nothing.</param>
    /// <remarks>
    /// A client that asked for no report takes silence as success, so it gets a fatal message instead; one that asked for nothing at all gets
    /// an <c>ERR</c> packet, which the oldest clients do not read: answer it with a failing HTTP status.
    /// </remarks>
    public static void WriteRefusal(
        IBufferWriter<byte> output, ReceivePackCapabilities capabilities, IEnumerable<string> messages, IReadOnlyCollection<RefRefusal> refusals)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(refusals);
        if (!capabilities.WantsReport)
        {
            WriteFatal(output, capabilities, messages, string.Join("; ", refusals.Select(static r => $"{r.Ref.Value}: {r.Reason}")));
            return;
        }

        if (!capabilities.SideBand64k)
        {
            WriteReport(output, refusals);
            return;
        }

        WriteMessages(output, messages);
        var report = new ArrayBufferWriter<byte>();
        WriteReport(report, refusals);
        PktLineWriter.WriteSideBand(output, DataBand, report.WrittenSpan);
        PktLineWriter.WriteFlush(output);
    }

    /// <summary>Writes a whole response body that ends the push without naming refs: a request that could not be read, an upstream that is away.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="capabilities">What the client asked for, as far as known.</param>
    /// <param name="messages">Lines shown as <c>remote: ...</c>, where the client takes side-band packets.</param>
    /// <param name="reason">Why.</param>
    public static void WriteFatal(
        IBufferWriter<byte> output, ReceivePackCapabilities capabilities, IEnumerable<string> messages, string reason)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        ArgumentNullException.ThrowIfNull(messages);
        if (!capabilities.SideBand64k)
        {
            GitErrorPacket.Write(output, reason);
            return;
        }

        WriteMessages(output, messages);
        PktLineWriter.WriteSideBand(output, FatalBand, Encoding.UTF8.GetBytes(GitText.OneLine(reason, MaxMessage) + "\n"));
        PktLineWriter.WriteFlush(output);
    }

    /// <summary>Writes one <c>remote: ...</c> line on side-band 2; for a client that asked for side-bands, at any time before the report.</summary>
    public static void WriteMessage(IBufferWriter<byte> output, string message) =>
        PktLineWriter.WriteSideBand(output, MessageBand, Encoding.UTF8.GetBytes(GitText.OneLine(message, MaxMessage) + "\n"));

    private static void WriteMessages(IBufferWriter<byte> output, IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            WriteMessage(output, message);
        }
    }

    private static void WriteReport(IBufferWriter<byte> output, IReadOnlyCollection<RefRefusal> refusals)
    {
        // "unpack ok" although nothing was unpacked: after any other word clients blame the pack and do not show the reasons.
        PktLineWriter.WriteLine(output, "unpack ok");
        foreach (var refusal in refusals)
        {
            var reason = GitText.OneLine(refusal.Reason, MaxReason);
            PktLineWriter.WriteLine(output, $"ng {refusal.Ref.Value} {(reason.Length == 0 ? "refused" : reason)}");
        }

        PktLineWriter.WriteFlush(output);
    }
}
