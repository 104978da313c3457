using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>The id of one version of a secret: 32 hexadecimal digits, kept in lower case.</summary>
public sealed record SecretVersionId
{
    /// <summary>Digits of an id.</summary>
    public const int Length = 32;

    private SecretVersionId(string value) => Value = value;

    /// <summary>The id, in lower case.</summary>
    public string Value { get; }

    /// <summary>Parses an id; false when it is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretVersionId? version)
    {
        version = text is { Length: Length } && text.All(char.IsAsciiHexDigit) ? new(text.ToLowerInvariant()) : null;
        return version is not null;
    }

    /// <summary>Parses an id.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SecretVersionId Parse(string text) => TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a version of a secret.");

    /// <summary>The id.</summary>
    public override string ToString() => Value;
}
