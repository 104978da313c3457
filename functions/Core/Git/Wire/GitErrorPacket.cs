using System.Buffers;

namespace CursorBroker.Core.Git.Wire;

/// <summary>The <c>ERR</c> packet, which ends any exchange with <c>fatal: remote error: ...</c> (gitprotocol-pack(5)).</summary>
public static class GitErrorPacket
{
    /// <summary>Longest message, in UTF-8 bytes.</summary>
    public const int MaxMessage = 1000;

    /// <summary>Writes the packet: a whole response body for a fetch or ls-refs that is refused, in protocol v0, v1 and v2 alike.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="message">Why; made one line and cut to <see cref="MaxMessage"/>.</param>
    public static void Write(IBufferWriter<byte> output, string message) =>
        PktLineWriter.WriteLine(output, "ERR " + GitText.OneLine(message, MaxMessage));

    /// <summary>Writes a whole <c>info/refs</c> response body that refuses (gitprotocol-http(5), "Smart Server Response").</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="service">The service asked for.</param>
    /// <param name="message">Why; made one line and cut to <see cref="MaxMessage"/>.</param>
    public static void WriteAdvertisement(IBufferWriter<byte> output, GitService service, string message)
    {
        PktLineWriter.WriteLine(output, $"# service={GitServices.NameOf(service)}");
        PktLineWriter.WriteFlush(output);
        Write(output, message);
    }

    /// <summary>A message as such packets hold it, for whoever says it another way: one line that a terminal may show, cut to <see cref="MaxMessage"/>.</summary>
    public static string OneLine(string message) => GitText.OneLine(message, MaxMessage);

    /// <summary>The failure in a packet that the upstream sent, when it is an <c>ERR</c> packet; else null.</summary>
    internal static GitFailure? Read(ReadOnlySpan<byte> line) => line.StartsWith("ERR "u8)
        ? new(GitFailureKind.UpstreamRefused, GitText.OneLine(line["ERR ".Length..], MaxMessage))
        : null;
}
