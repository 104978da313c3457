using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>
/// A full git reference name (<c>refs/...</c>), valid by git's own rules. Compared by exact bytes: refs are case-sensitive.
/// </summary>
/// <remarks>Source: git-check-ref-format(1), without <c>--allow-onelevel</c> or <c>--refspec-pattern</c>.</remarks>
public sealed record RefName
{
    /// <summary>Longest name accepted, in UTF-8 bytes; GitHub refuses longer ones itself.</summary>
    public const int MaxLength = 1024;

    private const string HeadsPrefix = "refs/heads/";
    private const string TagsPrefix = "refs/tags/";

    private RefName(string value) => Value = value;

    /// <summary>The full name, beginning with <c>refs/</c>.</summary>
    public string Value { get; }

    /// <summary>True for <c>refs/heads/...</c>.</summary>
    public bool IsBranch => Value.StartsWith(HeadsPrefix, StringComparison.Ordinal);

    /// <summary>True for <c>refs/tags/...</c>.</summary>
    public bool IsTag => Value.StartsWith(TagsPrefix, StringComparison.Ordinal);

    /// <summary>The name as people say it: without <c>refs/heads/</c> or <c>refs/tags/</c>.</summary>
    public string ShortName => IsBranch ? Value[HeadsPrefix.Length..] : IsTag ? Value[TagsPrefix.Length..] : Value;

    /// <summary>Parses a full reference name; false when git itself would refuse it.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out RefName? name)
    {
        name = IsValid(value) ? new RefName(value) : null;
        return name is not null;
    }

    /// <summary>Parses a full reference name.</summary>
    /// <exception cref="FormatException">git would refuse the name.</exception>
    public static RefName Parse(string value) =>
        TryParse(value, out var name) ? name : throw new FormatException($"'{value}' is not a full ref name.");

    /// <summary>The full name.</summary>
    public override string ToString() => Value;

    private static bool IsValid([NotNullWhen(true)] string? value)
    {
        if (value is null || !value.StartsWith("refs/", StringComparison.Ordinal)
            || System.Text.Encoding.UTF8.GetByteCount(value) > MaxLength)
        {
            return false;
        }

        if (value.Contains("..", StringComparison.Ordinal) || value.Contains("@{", StringComparison.Ordinal)
            || value.EndsWith('.') || value.Any(static c => c <= ' ' || c is '\u007f' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' or '\ufffd'))
        {
            return false;
        }

        return value.Split('/').All(static part =>
            part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
    }
}
