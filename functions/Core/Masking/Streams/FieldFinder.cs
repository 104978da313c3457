using System.Buffers;
using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>
/// Finds the values of JSON's members (RFC 8259) that a policy names, whatever they look like: texts, numbers, and all of them within a list or an
/// object; also in JSON that is quoted within JSON. True, false and null stay.
/// </summary>
internal sealed class FieldFinder(LiteralTable names) : IDisposable
{
    public const string RuleId = "named-field";

    private const int MostSpaces = 64;
    private const int LongestName = 66 + MostSpaces;
    private static readonly SearchValues<byte> InNumber = SearchValues.Create("0123456789+-.eE"u8);

    private readonly PooledList<Sighting> _sightings = new();
    private State _state = State.Outside;
    private long _place;
    private int _depth;
    private int _quoted;

    private enum State
    {
        Outside,
        BeforeValue,
        InStructure,
        InRest,
    }

    /// <summary>
    /// Adds what is decided and begins before the limit, a place of the original; the result is where an undecided value begins. It goes through the text
    /// once, so the limit is one before which everything leaves now.
    /// </summary>
    public int Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> original, ReadableText readable, long origin, int limit, bool end, PooledList<Outcome> found)
    {
        var last = end ? text.Length : readable.FromOriginal(limit);
        var at = readable.FromOriginal((int)Math.Max(0, _place - origin));
        _sightings.Clear();
        names.Scan(text, at, text.Length, _sightings);
        var seen = 0;
        var undecided = int.MaxValue;
        while (at < last)
        {
            var before = at;
            switch (_state)
            {
                case State.Outside:
                    while (seen < _sightings.Count && _sightings.Items[seen].At < at)
                    {
                        seen++;
                    }

                    if (seen == _sightings.Count)
                    {
                        // A name that the end cuts off is looked for again.
                        at = end ? text.Length : Math.Max(at, last - LongestName);
                        _place = origin + readable.ToOriginal(at);
                        return int.MaxValue;
                    }

                    at = _sightings.Items[seen].At;
                    before = at;
                    if (at >= last)
                    {
                        break;
                    }

                    var colon = Skip(text, at + names.Literals[_sightings.Items[seen].Literal].Bytes.Length);
                    if (colon == text.Length && !end)
                    {
                        break;
                    }

                    seen++;
                    at = colon < text.Length && text[colon] == ':' ? colon + 1 : at + 1;
                    _state = colon < text.Length && text[colon] == ':' ? State.BeforeValue : State.Outside;
                    _depth = 0;
                    break;
                case State.InRest:
                    var close = Close(text, at, original, readable, _quoted);
                    Add(found, readable, FindingSource.Rest, at, close < 0 ? text.Length : close);
                    at = close < 0 ? text.Length : close + 1;
                    _state = close < 0 ? State.InRest : _depth > 0 ? State.InStructure : State.Outside;
                    break;
                default:
                    at = Value(text, at, original, readable, end, found);
                    undecided = at < 0 ? readable.ToOriginal(before) : undecided;
                    break;
            }

            if (at < 0 || at == before)
            {
                at = before;
                break;
            }
        }

        _place = origin + readable.ToOriginal(at);
        return undecided;
    }

    /// <inheritdoc/>
    public void Dispose() => _sightings.Dispose();

    /// <summary>One token of a value; the result is what follows it, below 0 when more text decides.</summary>
    private int Value(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> original, ReadableText readable, bool end, PooledList<Outcome> found)
    {
        switch (text[at])
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return at + 1;
            case (byte)'{' or (byte)'[':
                _depth++;
                _state = State.InStructure;
                return at + 1;
            case (byte)'"':
                return Text(text, at, original, readable, end, found);
            case (>= (byte)'0' and <= (byte)'9') or (byte)'-':
                var length = text[at..].IndexOfAnyExcept(InNumber);
                if (length < 0 && !end && text.Length - at <= PatternMatcher.Cut)
                {
                    return -1;
                }

                if (length < 0 && !end)
                {
                    // A number without an end: what is there of it, and then again.
                    Add(found, readable, FindingSource.Number, at, text.Length);
                    return text.Length;
                }

                length = length < 0 ? text.Length - at : length;
                Add(found, readable, FindingSource.Number, at, at + length);
                _state = _depth > 0 ? State.InStructure : State.Outside;
                return at + length;
            case (byte)'}' or (byte)']' when _depth > 0:
                _depth--;
                _state = _depth > 0 ? State.InStructure : State.Outside;
                return at + 1;
            default:
                _state = _depth > 0 ? State.InStructure : State.Outside;
                return at + 1;
        }
    }

    private int Text(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> original, ReadableText readable, bool end, PooledList<Outcome> found)
    {
        var quoted = readable.Backslashes(original, at);
        var start = at + 1;
        var close = Close(text[..Math.Min(text.Length, start + PatternMatcher.Cut + 1)], start, original, readable, quoted);
        if (close < 0 && text.Length - start > PatternMatcher.Cut)
        {
            Add(found, readable, FindingSource.Field, start, start + PatternMatcher.Cut);
            (_state, _quoted) = (State.InRest, quoted);
            return start + PatternMatcher.Cut;
        }

        if (close < 0 && !end)
        {
            return -1;
        }

        close = close < 0 ? text.Length : close;
        if (_depth > 0)
        {
            var colon = Skip(text, Math.Min(text.Length, close + 1));
            if (colon == text.Length && !end)
            {
                return -1;
            }

            if (colon < text.Length && text[colon] == ':')
            {
                return colon + 1;
            }
        }

        Add(found, readable, FindingSource.Field, start, close);
        _state = _depth > 0 ? State.InStructure : State.Outside;
        return Math.Min(text.Length, close + 1);
    }

    /// <summary>Where the quote stands that closes what one with so many backslashes opened; below 0 when it is not there.</summary>
    private static int Close(ReadOnlySpan<byte> text, int from, ReadOnlySpan<byte> original, ReadableText readable, int quoted)
    {
        for (var at = from; at < text.Length; at++)
        {
            // Quoted so deep, an escaped backslash is twice as many, and one more.
            if (text[at] == '"' && readable.Backslashes(original, at) - quoted is >= 0 and var more && more % (2 * (quoted + 1)) == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int Skip(ReadOnlySpan<byte> text, int at)
    {
        var most = Math.Min(text.Length, at + MostSpaces);
        while (at < most && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    private static void Add(PooledList<Outcome> found, ReadableText readable, int source, int start, int end)
    {
        if (end > start)
        {
            found.Add(new(readable.ToOriginal(start), source, Outcome.Readable, start, end, end, GoesOn: false, Accepted: true));
        }
    }

}
