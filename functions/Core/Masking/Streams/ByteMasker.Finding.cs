using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <content>Finding: in what came, in what it means and in what is base64, and from where on it is undecided.</content>
internal sealed partial class ByteMasker
{
    private void FindRuns(ReadOnlySpan<byte> text, bool end)
    {
        _base64.Find(text, _runs.Items, _carried, end);
        _origins.Clear();
        foreach (var run in _base64.Found)
        {
            var origin = run.IsCarried ? _carried!.Value.Index : _nextOrigin;
            _origins.Add(origin);
            _nextOrigin = Math.Max(_nextOrigin, origin + run.DecodedLength + 1);
        }
    }

    private int FindInText(ReadOnlySpan<byte> text, bool end)
    {
        _hits.Clear();
        var undecided = _rulesInText.Find(text, _runs.Items, _readable, _buffer.Origin, _readable.FromOriginal(_settled), end, _hits);
        foreach (var hit in _hits.Items)
        {
            Add(hit with { Match = WithinString(hit.Match, text) }, Outcome.Readable, _readable.ToOriginal(hit.Match.ValueStart));
        }

        return end ? int.MaxValue : _readable.ToOriginal(undecided);
    }

    /// <summary>In JSON a value ends with its string.</summary>
    private RuleMatch WithinString(RuleMatch match, ReadOnlySpan<byte> text)
    {
        if (_form != TextForm.Json)
        {
            return match;
        }

        var length = StringEnd(text[match.ValueStart..match.ValueEnd], match.ValueStart);
        return match.ValueStart + length == match.ValueEnd ? match : match with { ValueEnd = match.ValueStart + length, GoesOn = false };
    }

    /// <summary>How much of a value stands before the quote that ends its JSON string: one that no backslash escapes (RFC 8259, section 7).</summary>
    private int StringEnd(ReadOnlySpan<byte> value, int start)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '"' && _readable.Backslashes(_buffer.Original, start + at) % 2 == 0)
            {
                return at;
            }
        }

        return value.Length;
    }

    private void Add(RuleHit hit, int layer, int at)
    {
        var match = hit.Match;
        _outcomes.Add(new(at, hit.Rule, layer, match.ValueStart, match.ValueEnd, match.End, match.GoesOn, hit.Accepted));
    }

    private int FindInBase64(bool end)
    {
        var undecided = end ? int.MaxValue : _readable.ToOriginal(_base64.UndecidedFrom);
        var settled = _readable.FromOriginal(_settled);
        for (var i = 0; i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            var decoded = _base64.Decoded(run);
            if (decoded.Length <= run.From)
            {
                continue;
            }

            var from = Math.Max(run.From, (_base64.Character(run, settled) + 3) / 4 * 3);
            var meant = _space.ReadableInBase64.Of(decoded, !run.IsOpen);
            var open = ToDecoded(FindInDecoded(meant, run, i, from));
            open = _marks is null ? open : Math.Min(open, ToDecoded(MarkFinder.Find(
                meant, _space.ReadableInBase64.FromOriginal(from), !run.IsOpen, _marks, (start, stop) => AddDecoded(FindingSource.Mark, i, start, stop))));
            open = _known is null ? open : Math.Min(open, ToDecoded(KnownFinder.Find(
                _known, meant, _space.ReadableInBase64.FromOriginal(from), !run.IsOpen, (start, stop) => AddDecoded(FindingSource.Known, i, start, stop))));
            if (run.IsOpen)
            {
                var character = Math.Max(open, run.From) / 3 * 4;
                undecided = Math.Min(undecided, character < run.Characters ? _readable.ToOriginal(_base64.Place(run, character)) : int.MaxValue);
            }
        }

        return undecided;
    }

    private int FindInDecoded(ReadOnlySpan<byte> meant, Base64Run run, int layer, int from)
    {
        _hits.Clear();
        _space.RunsInBase64.Clear();
        RunScanner.Scan(meant, _space.RunsInBase64);
        var readable = _space.ReadableInBase64;
        var undecided = _rulesInBase64.Find(meant, _space.RunsInBase64.Items, readable, _origins.Items[layer], readable.FromOriginal(from), !run.IsOpen, _hits);
        foreach (var hit in _hits.Items)
        {
            var match = hit.Match;
            match = new(ToDecoded(match.Start), ToDecoded(match.End), ToDecoded(match.ValueStart), ToDecoded(match.ValueEnd), match.GoesOn);
            if (match.ValueStart >= from)
            {
                Add(hit with { Match = match }, layer, AtOf(layer, match.ValueStart));
            }
        }

        return undecided;
    }

    private void AddDecoded(int source, int layer, int start, int stop)
    {
        (start, stop) = (ToDecoded(start), ToDecoded(stop));
        _outcomes.Add(new(AtOf(layer, start), source, layer, start, stop, stop, GoesOn: false, Accepted: true));
    }

    private int ToDecoded(int meant) => _space.ReadableInBase64.ToOriginal(meant);

    /// <summary>Where in the original the quantum of a decoded byte begins.</summary>
    private int AtOf(int layer, int at) => _readable.ToOriginal(_base64.Place(_base64.Found[layer], at / 3 * 4));

    /// <summary>Known secrets in the text as it came, and as it is meant where that differs.</summary>
    private int FindKnown(ReadOnlySpan<byte> text, bool end)
    {
        if (_known is null)
        {
            return int.MaxValue;
        }

        var undecided = KnownFinder.Find(_known, _buffer.Original, _settled, end, (start, stop) =>
            _outcomes.Add(new(start, FindingSource.Known, Outcome.Original, start, stop, stop, GoesOn: false, Accepted: true)));
        if (!_readable.IsOriginal)
        {
            var inText = KnownFinder.Find(_known, text, _readable.FromOriginal(_settled), end, (start, stop) =>
                _outcomes.Add(new(_readable.ToOriginal(start), FindingSource.Known, Outcome.Readable, start, stop, stop, GoesOn: false, Accepted: true)));
            undecided = Math.Min(undecided, end ? undecided : _readable.ToOriginal(inText));
        }

        return end ? int.MaxValue : undecided;
    }

    private int FindMarks(ReadOnlySpan<byte> text, bool end)
    {
        var undecided = MarkFinder.Find(text, _readable.FromOriginal(_settled), end, _marks!, (start, stop) =>
            _outcomes.Add(new(_readable.ToOriginal(start), FindingSource.Mark, Outcome.Readable, start, stop, stop, GoesOn: false, Accepted: true)));
        return end ? int.MaxValue : _readable.ToOriginal(undecided);
    }

    private int Force(ReadOnlySpan<byte> text)
    {
        _outcomes.Clear();
        FindInText(text, end: true);
        FindInBase64(end: true);
        FindKnown(text, end: true);
        _ = _marks is null ? 0 : FindMarks(text, end: true);
        return _buffer.Count - MostHeld;
    }
}
