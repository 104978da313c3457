namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Names of refs, as <c>git check-ref-format</c> has them.</summary>
/// <remarks>https://git-scm.com/docs/git-check-ref-format</remarks>
internal static class RefNames
{
    /// <summary>True for a name that git takes and that means nothing but itself.</summary>
    public static bool IsPlain(string name) =>
        name.Length > 0
        && !name.Any(static one => one <= ' ' || one == '\x7f' || "~^:?*[\\".Contains(one, StringComparison.Ordinal))
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && !name.StartsWith('-') && name != "@"
        && name.Split('/').All(static part => part.Length > 0 && part[0] != '.' && !part.EndsWith('.') && !part.EndsWith(".lock", StringComparison.Ordinal));

    public static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);

    public static bool IsId(string? text) => text is { Length: 40 } && IsHex(text);
}
