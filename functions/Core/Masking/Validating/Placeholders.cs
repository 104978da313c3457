using System.Text.RegularExpressions;

namespace CursorBroker.Core.Masking.Validating;

/// <summary>Values that stand in for others: templates, runs of one byte, stop words.</summary>
internal static partial class Placeholders
{
    private static readonly string[] Marks =
        ["${", "{{", "}}", "$(", "<%", "%>", "#{", "***", "...", "%s", "process.env", "os.environ", "getenv", "secrets."];

    private static readonly string[] StopWords = ((string[])
    [
        "example", "sample", "placeholder", "changeme", "change_me", "change-me", "replace", "redacted", "dummy", "insert", "your", "here", "xxxx", "todo",
        "undefined", "null", "none", "true", "false", "default", "enter", "secret", "token", "password", "passwd", "apikey", "api_key", "api-key", "access",
        "credential", "function", "return", "string", "value", "localhost", "foobar",
    ]).OrderByDescending(static word => word.Length).ToArray();

    private static readonly string[] Dummies =
    [
        "user:pass", "user:password", "username:password", "user:passwd", "login:password", "foo:bar", "name:password",
        "base64", "base64url", "latin1", "utf8", "utf-8", "utf16le", "ascii", "sha1", "sha256", "sha512", "md5", "iso-8859-1",
    ];

    public static bool IsOne(ReadOnlySpan<byte> value)
    {
        var text = Validators.Text(value);
        return Array.Exists(Marks, mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Dummies, dummy => text.Equals(dummy, StringComparison.OrdinalIgnoreCase)) || Bracketed().IsMatch(text) || IsRun(value) || StopLength(text) * 3 >= text.Length;
    }

    private static bool IsRun(ReadOnlySpan<byte> value)
    {
        var longest = 0;
        var run = 0;
        Span<bool> seen = stackalloc bool[256];
        seen.Clear();
        var different = 0;
        for (var i = 0; i < value.Length; i++)
        {
            run = i > 0 && value[i] == value[i - 1] ? run + 1 : 1;
            longest = Math.Max(longest, run);
            different += seen[value[i]] ? 0 : 1;
            seen[value[i]] = true;
        }

        return (longest >= 5 && longest * 3 >= value.Length) || different <= 3;
    }

    private static int StopLength(string text)
    {
        var total = 0;
        for (var at = 0; at < text.Length;)
        {
            var word = Array.Find(StopWords, word => string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0);
            total += word?.Length ?? 0;
            at += word?.Length ?? 1;
        }

        return total;
    }

    [GeneratedRegex(@"^(?:<[\w.: -]+>|\{[\w.: -]+\}|\[[\w.: -]+\]|%[\w.: -]+%|\$\w{2,})\z", RegexOptions.ECMAScript)]
    private static partial Regex Bracketed();
}
