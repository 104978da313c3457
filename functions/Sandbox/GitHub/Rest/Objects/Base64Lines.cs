using System.Text;

namespace CursorBroker.Sandbox.GitHub.Rest.Objects;

/// <summary>Base64 as GitHub writes it: a new line after every sixty characters, and one at the end.</summary>
internal static class Base64Lines
{
    private const int LineLength = 60;

    public static string Of(byte[] content)
    {
        var text = Convert.ToBase64String(content);
        var lines = new StringBuilder(text.Length + (text.Length / LineLength) + 1);
        for (var at = 0; at < text.Length; at += LineLength)
        {
            lines.Append(text.AsSpan(at, Math.Min(LineLength, text.Length - at))).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>The bytes; null when it is no base64. White space within is passed over.</summary>
    public static byte[]? Read(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
