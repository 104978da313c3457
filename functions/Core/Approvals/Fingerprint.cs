using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Approvals;

/// <summary>Digest of everything that makes an operation that operation: SHA-256, lower-case hex. Made by <c>Fingerprints</c>.</summary>
public sealed record Fingerprint
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private Fingerprint(string value) => Value = value;

    /// <summary>The digest; also a valid State id.</summary>
    public string Value { get; }

    /// <summary>Parses 64 lower-case hex digits.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Fingerprint? fingerprint)
    {
        fingerprint = text is { Length: 64 } && text.AsSpan().IndexOfAnyExcept(Hex) < 0 ? new(text) : null;
        return fingerprint is not null;
    }

    /// <summary>The digest.</summary>
    public override string ToString() => Value;

    internal static Fingerprint Of(ReadOnlySpan<byte> sha256) => new(Convert.ToHexStringLower(sha256));
}
