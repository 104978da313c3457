using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CursorBroker.Core.Approvals;

/// <summary>An approval's id: <c>a-</c> and 128 random bits in hex. It holds no power: whoever knows it still has to sign in and be an approver.</summary>
public sealed record ApprovalId
{
    private const string Prefix = "a-";
    private const int Digits = 32;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private ApprovalId(string value) => Value = value;

    /// <summary>The text form; also a valid State id and a path segment.</summary>
    public string Value { get; }

    /// <summary>A new random id.</summary>
    public static ApprovalId New() => new(Prefix + RandomNumberGenerator.GetHexString(Digits, lowercase: true));

    /// <summary>Parses the exact text form; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApprovalId? id)
    {
        id = text is { Length: 2 + Digits } && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(2).IndexOfAnyExcept(Hex) < 0
            ? new(text)
            : null;
        return id is not null;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Value;
}
