
namespace CursorBroker.Core.Masking.Streams;

/// <summary>Finds masks that the broker wrote.</summary>
internal static class MarkFinder
{
    /// <summary>Calls for each mask that begins at <paramref name="from"/> or behind it; the result is where one may begin that the text ends within.</summary>
    public static int Find(ReadOnlySpan<byte> text, int from, bool end, MaskRoot root, Action<int, int> found)
    {
        for (var at = from; at < text.Length;)
        {
            var next = text[at..].IndexOf("**"u8);
            if (next < 0)
            {
                return end || text[^1] != '*' || at == text.Length ? text.Length : text.Length - 1;
            }

            at += next;
            var stars = text[at..].IndexOfAnyExcept((byte)'*');
            stars = stars < 0 ? text.Length - at : stars;
            var length = root.MarkLength(stars, text[(at + stars)..], out var isCut);
            if (isCut && !end)
            {
                return at;
            }

            if (length > 0)
            {
                found(at, at + stars + length);
            }

            at += stars + length;
        }

        return text.Length;
    }
}
