namespace CursorBroker.Gateway.SignIn;

/// <summary>Text from outside, for one line of a log.</summary>
internal static class LogLine
{
    private const int MaxLength = 300;

    public static string Of(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] + "..." : text;
        return string.Create(cut.Length, cut, static (line, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                line[i] = source[i] is >= ' ' and < '\u007f' ? source[i] : '?';
            }
        });
    }
}
