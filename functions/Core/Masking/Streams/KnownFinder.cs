using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>Finds known secrets: each in every encoding it is known in.</summary>
internal sealed class KnownFinder : IDisposable
{
    private readonly PooledList<Sighting> _sightings = new();

    /// <summary>Calls for those that begin at <paramref name="settled"/> or behind it; the result is where one may begin that the text ends within.</summary>
    public int Find(KnownSecrets known, ReadOnlySpan<byte> text, int settled, bool end, Action<int, int> found)
    {
        var forms = known.Current;
        if (forms.Values.Length == 0 || settled >= text.Length)
        {
            return text.Length;
        }

        _sightings.Clear();
        forms.Scanner.Scan(text[settled..], _sightings);
        var undecided = end ? text.Length : settled + forms.Within.Find(text[settled..]);
        foreach (var sighting in _sightings.Items)
        {
            var at = settled + sighting.At;
            var form = forms.Values[sighting.Literal];
            if (text[at..].StartsWith(form))
            {
                found(at, at + form.Length);
            }
            else if (!end && form.AsSpan().StartsWith(text[at..]))
            {
                undecided = Math.Min(undecided, at);
            }
        }

        return undecided;
    }

    /// <inheritdoc/>
    public void Dispose() => _sightings.Dispose();
}
