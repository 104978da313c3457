namespace CursorBroker.Core.Masking.Streams;

/// <summary>Keeps masks from tearing a JSON escape in two: what a backslash escapes stays, and so does a backslash that escapes what follows.</summary>
internal static class Escapes
{
    public static (int Start, int End) Spare(ReadOnlySpan<byte> text, int start, int end, bool goesOn)
    {
        var before = Backslashes(text[..start]);
        if (before % 2 == 1 && start < end && text[start] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f' or (byte)'/' or (byte)'"' or (byte)'\\')
        {
            start++;
        }

        var last = Backslashes(text[start..Math.Max(start, end)]);
        return last % 2 == 1 && !goesOn ? (start, end - 1) : (start, end);
    }

    private static int Backslashes(ReadOnlySpan<byte> text) => text.Length - text.TrimEnd((byte)'\\').Length;
}
