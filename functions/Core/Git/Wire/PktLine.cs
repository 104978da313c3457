namespace CursorBroker.Core.Git.Wire;

/// <summary>One packet of git's framing (gitprotocol-common(5), gitprotocol-v2(5)).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">The data packet's bytes, without the length; valid until the reader reads on. Empty for every other kind.</param>
/// <param name="Failure">Why there is no packet; set exactly when <paramref name="Kind"/> is <see cref="PktLineKind.Failed"/>.</param>
public readonly record struct PktLine(PktLineKind Kind, ReadOnlyMemory<byte> Payload, GitFailure? Failure)
{
    /// <summary>Longest packet, in bytes, its four length digits included (git's LARGE_PACKET_MAX).</summary>
    public const int MaxLength = 65520;

    /// <summary>Bytes of a packet's length.</summary>
    public const int HeaderLength = 4;

    /// <summary>Longest payload of a data packet, in bytes.</summary>
    public const int MaxPayload = MaxLength - HeaderLength;

    /// <summary>The payload without the one line feed that a sender may put at the end of a line.</summary>
    public ReadOnlySpan<byte> Line => Payload.Span is [.. var line, (byte)'\n'] ? line : Payload.Span;
}

/// <summary>The kinds of <see cref="PktLine"/>.</summary>
public enum PktLineKind
{
    /// <summary>A data packet, possibly empty.</summary>
    Data,

    /// <summary><c>0000</c>: the end of a message.</summary>
    Flush,

    /// <summary><c>0001</c>: a section's end, in protocol v2.</summary>
    Delimiter,

    /// <summary><c>0002</c>: a response's end, for stateless connections.</summary>
    ResponseEnd,

    /// <summary>The input ended cleanly, between packets.</summary>
    End,

    /// <summary>The input is not pkt-lines, or broke off.</summary>
    Failed,
}

/// <summary>Which special packets may appear beside the flush.</summary>
[Flags]
public enum PktLineSpecials
{
    /// <summary>Only the flush.</summary>
    None = 0,

    /// <summary><see cref="PktLineKind.Delimiter"/>.</summary>
    Delimiter = 1,

    /// <summary><see cref="PktLineKind.ResponseEnd"/>.</summary>
    ResponseEnd = 2,
}
