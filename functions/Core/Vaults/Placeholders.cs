using System.Diagnostics.CodeAnalysis;
using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Vaults;

/// <summary>
/// <c>{{vault:VAULT/NAME}}</c>: where a caller means a secret's value without knowing it. The broker puts it there in few places, and only as the whole of a value; everywhere else a placeholder is refused, so
/// that nobody takes for done what was not.
/// </summary>
public static class Placeholders
{
    /// <summary>The <see cref="Writes.FoundSecret.Rule"/> of one that stands where none may.</summary>
    public const string RuleId = "vault-placeholder";

    /// <summary>Longest placeholder, in bytes.</summary>
    internal const int Longest = 8 + VaultName.MaxLength + 1 + SecretName.MaxLength + 2;

    private static ReadOnlySpan<byte> Opening => "{{vault:"u8;

    /// <summary>Reads a text that is a placeholder from its beginning to its end; false when it is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretTarget? secret)
    {
        secret = text is { Length: <= Longest } && text.StartsWith("{{vault:", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal)
            && text[8..^2].Split('/') is [var vaultText, var nameText]
            && VaultName.TryParse(vaultText, out var vault)
            && SecretName.TryParse(nameText, out var name)
            ? new(vault, name)
            : null;
        return secret is not null;
    }

    /// <summary>Whether there is one in a text.</summary>
    public static bool Holds(string text) => Next(Encoding.UTF8.GetBytes(text), out _, out _);

    /// <summary>Finds the first whole placeholder.</summary>
    internal static bool Next(ReadOnlySpan<byte> content, out int offset, out int length)
    {
        (offset, length) = (0, 0);
        for (var from = 0; ; from = offset + Opening.Length)
        {
            var at = content[from..].IndexOf(Opening);
            if (at < 0)
            {
                return false;
            }

            offset = from + at;
            var rest = content[offset..Math.Min(content.Length, offset + Longest)];
            var end = rest.IndexOf("}}"u8);
            if (end > 0 && TryParse(Encoding.Latin1.GetString(rest[..(end + 2)]), out _))
            {
                length = end + 2;
                return true;
            }
        }
    }
}
