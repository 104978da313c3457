namespace CursorBroker.Core.Masking.Streams;

/// <summary>Finds known secrets: each in every form it is known in.</summary>
internal static class KnownFinder
{
    /// <summary>Calls for those that begin at <paramref name="settled"/> or behind it; the result is where one may begin that the text ends within.</summary>
    public static int Find(KnownSecrets known, ReadOnlySpan<byte> text, int settled, bool end, Action<int, int> found)
    {
        var forms = known.Current;
        if (forms.IsEmpty || settled >= text.Length)
        {
            return text.Length;
        }

        forms.Find(text, settled, found);
        return end ? text.Length : forms.OpenFrom(text, settled);
    }
}
