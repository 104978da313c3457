namespace CursorBroker.Core.Git.Wire;

/// <summary>Why bytes could not be understood or may not be used.</summary>
/// <param name="Kind">Why, as a stable code.</param>
/// <param name="Message">Why, in one line that is safe to show to whoever sent the bytes.</param>
public sealed record GitFailure(GitFailureKind Kind, string Message)
{
    internal static GitFailure Malformed(string message) => new(GitFailureKind.Malformed, message);

    internal static GitFailure Truncated(string message) => new(GitFailureKind.Truncated, message);

    internal static GitFailure TooLarge(string message) => new(GitFailureKind.TooLarge, message);

    internal static GitFailure Unsupported(string message) => new(GitFailureKind.Unsupported, message);

    internal static GitFailure WritesMask(string message) => new(GitFailureKind.WritesMask, message);

    internal static GitFailure NotAllowed(string message) => new(GitFailureKind.NotAllowed, message);
}

/// <summary>The kinds of <see cref="GitFailure"/>. Names are stable.</summary>
public enum GitFailureKind
{
    /// <summary>The bytes break the protocol.</summary>
    Malformed,

    /// <summary>The bytes ended in the middle.</summary>
    Truncated,

    /// <summary>A limit of the broker was passed.</summary>
    TooLarge,

    /// <summary>Well formed, but something the broker does not speak.</summary>
    Unsupported,

    /// <summary>Well formed and known, but not for this caller.</summary>
    NotAllowed,

    /// <summary>A mask of the broker is written.</summary>
    WritesMask,

    /// <summary>The upstream answered with an error of its own (an <c>ERR</c> packet).</summary>
    UpstreamRefused,

    /// <summary>Whoever was to read the output has gone away.</summary>
    ReaderGone,
}
