using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>A secret's name in a vault, parsed once at the edge: 1 to 127 of 0-9, a-z, A-Z and hyphen. Names do not differ by case; what was written is kept for display only.</summary>
/// <remarks>Source: learn.microsoft.com, "Set Secret - REST API": the pattern of <c>secret-name</c>.</remarks>
public sealed class SecretName : IEquatable<SecretName>
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 127;

    private SecretName(string value) => Value = value;

    /// <summary>The name, as it was written.</summary>
    public string Value { get; }

    /// <summary>Parses a name; false when no secret could have it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretName? name)
    {
        var isName = text is { Length: > 0 and <= MaxLength } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');
        name = isName ? new SecretName(text!) : null;
        return isName;
    }

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SecretName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a secret's name.");

    /// <inheritdoc/>
    public bool Equals(SecretName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SecretName);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <summary>The name, as it was written.</summary>
    public override string ToString() => Value;
}
