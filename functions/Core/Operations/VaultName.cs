using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>A Key Vault's name, parsed once at the edge: 3 to 24 of 0-9, a-z, A-Z and hyphen. It is part of a host name, so case does not count; what was written is kept for display only.</summary>
/// <remarks>Source: learn.microsoft.com, "Azure Key Vault keys, secrets, and certificates overview", "Vault-name and object-name".</remarks>
public sealed class VaultName : IEquatable<VaultName>
{
    /// <summary>Shortest name, in characters.</summary>
    public const int MinLength = 3;

    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 24;

    private VaultName(string value) => Value = value;

    /// <summary>The name, as it was written.</summary>
    public string Value { get; }

    /// <summary>Parses a name; false when it is none that a vault could have.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VaultName? name)
    {
        // A letter first, no hyphen at the end and never two in a row: Azure takes no other, and none of them hides in a host name.
        var isName = text is { Length: >= MinLength and <= MaxLength }
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && char.IsAsciiLetter(text[0])
            && text[^1] != '-'
            && !text.Contains("--", StringComparison.Ordinal);
        name = isName ? new VaultName(text!) : null;
        return isName;
    }

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static VaultName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a vault's name.");

    /// <inheritdoc/>
    public bool Equals(VaultName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VaultName);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <summary>The name, as it was written.</summary>
    public override string ToString() => Value;
}
