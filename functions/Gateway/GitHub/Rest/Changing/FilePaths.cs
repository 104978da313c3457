using System.Text;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// The path of a file as a call names it. It is decided by its exact name, so one that GitHub, or a checkout on another system, could take for another name is refused, not
/// normalized.
/// </summary>
internal static class FilePaths
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the path can be read in one way only.</summary>
    public static Refusal? Problem(string path)
    {
        var parts = path.Split('/');
        return parts.Any(static part => part is "" or "." or "..") || path.AsSpan().ContainsAny('\\', '\ufffd') || path.Any(char.IsControl) || !HasUtf8(path)
                ? Refusals.Malformed("The path can be read in two ways: it has an empty, '.' or '..' part, a backslash, or a character that is no text.")
            : parts.Any(IsGit)
                ? Refusals.Malformed("The path reaches into git's own directory.")
            : null;
    }

    // As some file systems read it: without trailing dots and spaces, up to a colon.
    private static bool IsGit(string part)
    {
        var name = part.Split(':')[0].TrimEnd(' ', '.');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasUtf8(string path)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(path);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
