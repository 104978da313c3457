using System.Buffers;
using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>Masks one stream of bytes in which ASCII characters are bytes: what <see cref="StreamMasker"/> promises.</summary>
internal sealed class ByteMasker : IDisposable
{
    /// <summary>Most bytes taken in at once.</summary>
    private const int Piece = 16 * 1024;

    /// <summary>Most bytes that wait for what follows: a bounded match, spelled several times as long as it is.</summary>
    private const int MostHeld = 14 * 1024;

    /// <summary>Most bytes that are kept of what has left.</summary>
    private const int MostBehind = Workspace.Capacity - MostHeld - 2048;

    private readonly MaskRules _rules;
    private readonly MaskKey _key;
    private readonly KnownSecrets? _known;
    private readonly MaskRoot? _marks;
    private readonly TextForm _form;
    private readonly Workspace _space;
    private readonly MaskedBuffer _buffer;
    private readonly ReadableText _readable;
    private readonly Base64Runs _base64;
    private readonly RuleFinder _rulesInText;
    private readonly RuleFinder _rulesInBase64;
    private readonly FieldFinder? _fields;
    private readonly PooledList<ByteRun> _runs;
    private readonly PooledList<RuleHit> _hits;
    private readonly PooledList<Outcome> _outcomes;
    private readonly PooledList<long> _origins;
    private readonly List<Swallow> _swallows = [];
    private readonly List<MaskFinding> _findings = [];
    private readonly Position _position = new();
    private CarriedRun? _carried;
    private long _nextOrigin;
    private int _settled;
    private bool _ended;
    private bool _broken;
    private bool _disposed;

    public ByteMasker(MaskRules rules, MaskKey key, KnownSecrets? known, TextForm form, MaskRoot? marks)
    {
        _rules = rules;
        _key = key;
        _known = known;
        _form = form;
        _marks = marks;
        _fields = form == TextForm.Json && rules.Fields is not null ? new(rules.Fields) : null;
        _space = rules.Workspaces.Rent();
        (_buffer, _readable, _base64) = (_space.Buffer, _space.Readable, _space.Base64);
        (_rulesInText, _rulesInBase64) = (_space.RulesInText, _space.RulesInBase64);
        (_runs, _hits, _outcomes, _origins) = (_space.Runs, _space.Hits, _space.Outcomes, _space.Origins);
    }

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<MaskFinding> Findings => _findings;

    /// <summary>The rule that blocks; null when none does.</summary>
    public string? BlockedBy { get; private set; }

    /// <summary>Takes a chunk and writes what is settled.</summary>
    public void Push(ReadOnlySpan<byte> chunk, bool end, IBufferWriter<byte> output)
    {
        if (_ended || _broken || BlockedBy is not null)
        {
            throw new InvalidOperationException("The stream has ended, was blocked, or failed.");
        }

        _broken = true;
        do
        {
            var piece = chunk[..Math.Min(chunk.Length, Math.Min(Piece, _buffer.Capacity - _buffer.Count))];
            if (piece.IsEmpty && !chunk.IsEmpty)
            {
                throw new InvalidOperationException("More waits for what follows than there is room for.");
            }

            chunk = chunk[piece.Length..];
            _buffer.Append(piece);
            Settle(end && chunk.IsEmpty, output);
        }
        while (!chunk.IsEmpty && BlockedBy is null);
        _ended = end;
        _broken = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _broken = true;
        _fields?.Dispose();
        _rules.Workspaces.Return(_space);
    }

    private void Settle(bool end, IBufferWriter<byte> output)
    {
        var original = _buffer.Original;
        var text = _readable.Of(original, end);
        _outcomes.Clear();
        _runs.Clear();
        RunScanner.Scan(text, _runs);
        FindRuns(text, end);
        ContinueSwallows(text);
        var limit = Math.Min(end ? original.Length : _readable.Read, FindInText(text, end));
        limit = Math.Min(limit, FindInBase64(end));
        limit = Math.Min(limit, FindKnown(text, end));
        limit = Math.Min(limit, _marks is null ? limit : FindMarks(text, end));
        if (!end && original.Length - limit > MostHeld)
        {
            // Nothing bounded is so long, however it is spelled: it is decided by what is there, and masked rather than let through.
            limit = Math.Max(limit, Force(text));
        }

        // A match that is open since long may seem to begin its value in what has left; then its value begins later.
        limit = Math.Max(limit, _settled);
        limit = Math.Min(limit, _fields is null ? limit : _fields.Find(text, original, _readable, _buffer.Origin, limit, end, _outcomes));
        _outcomes.Items.Sort(Order);
        foreach (var outcome in _outcomes.Items)
        {
            if (outcome.At >= _settled && outcome.At < limit)
            {
                Apply(outcome, text);
                if (BlockedBy is not null)
                {
                    return;
                }
            }
        }

        _position.Advance(original[_settled..limit]);
        output.Write(_buffer.Masked[_settled..limit]);
        _settled = limit;
        Drop();
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

    private void Add(RuleHit hit, int layer, int at)
    {
        var match = hit.Match;
        _outcomes.Add(new(at, hit.Rule, layer, match.ValueStart, match.ValueEnd, match.End, match.GoesOn, hit.Accepted));
    }

    private int Order(Outcome one, Outcome other)
    {
        var order = one.At.CompareTo(other.At);
        order = order != 0 ? order : other.Layer.CompareTo(one.Layer);
        order = order != 0 ? order : one.ValueStart.CompareTo(other.ValueStart);
        order = order != 0 ? order : Tier(one).CompareTo(Tier(other));
        order = order != 0 ? order : other.ValueEnd.CompareTo(one.ValueEnd);
        return order != 0 ? order : one.Source.CompareTo(other.Source);
    }

    private int Tier(Outcome outcome) => outcome.Source < 0 ? -1 : (int)_rules.Rules[outcome.Source].Tier;

    private int Force(ReadOnlySpan<byte> text)
    {
        _outcomes.Clear();
        FindInText(text, end: true);
        FindInBase64(end: true);
        FindKnown(text, end: true);
        _ = _marks is null ? 0 : FindMarks(text, end: true);
        return _buffer.Count - MostHeld;
    }

    private void Apply(Outcome outcome, ReadOnlySpan<byte> text)
    {
        var rule = outcome.Source < 0 ? null : _rules.Rules[outcome.Source];
        if (rule is not null)
        {
            Resume(outcome, outcome.MatchEnd);
            var rest = rule.Trailing;
            if (IsSpelling(outcome, out var asDecoded))
            {
                outcome = asDecoded;
                rest = ByteClass.All;
            }

            if (outcome.GoesOn)
            {
                // Also when it was refused: its rest is no new beginning.
                _swallows.Add(new(outcome.Source, rest!, outcome.Layer >= 0, PlaceOf(outcome, outcome.MatchEnd), outcome.Accepted && rule.Action == MaskAction.Mask));
            }
        }

        if (outcome.Accepted)
        {
            Mask(outcome, rule, text);
        }

        if (outcome.GoesOn)
        {
            ContinueSwallows(text);
        }
    }

    private void Mask(Outcome outcome, Reading.MaskRule? rule, ReadOnlySpan<byte> text)
    {
        var (start, end) = (outcome.ValueStart, outcome.ValueEnd);
        var layer = outcome.Layer switch
        {
            Outcome.Original => _buffer.Original,
            Outcome.Readable => text,
            _ => _base64.Decoded(_base64.Found[outcome.Layer]),
        };
        if (outcome.Layer == Outcome.Original)
        {
            (start, end) = (_readable.FromOriginal(start), _readable.FromOriginal(end));
        }

        if (outcome.Source == FindingSource.Rest)
        {
            _buffer.Write(_readable, text, start, end, null, []);
            return;
        }

        if (start >= end || IsCovered(outcome, start, end) || (rule is not null && _rules.Allows(rule.Id, layer[outcome.ValueStart..outcome.ValueEnd])))
        {
            return;
        }

        Span<byte> digest = stackalloc byte[32];
        _key.Digest(layer[outcome.ValueStart..outcome.ValueEnd], digest);
        var action = rule?.Action ?? MaskAction.Mask;
        if (outcome.Source == FindingSource.Number)
        {
            _buffer.WriteNumber(_readable, text, start, end);
        }
        else if (action == MaskAction.Mask)
        {
            var length = end - start;
            // Of a short value a prefix would be too much of it.
            var keep = rule is not null && rule.Keep + MaskKey.ShortestRecognised <= length && rule.Keep * 8 <= length ? rule.Keep : 0;
            if (outcome.Layer >= 0)
            {
                _buffer.Write(_readable, text, _base64, _base64.Found[outcome.Layer], start, start + keep, end, _key, digest);
            }
            else
            {
                _buffer.Keep(_readable, start, start + keep);
                _buffer.Write(_readable, text, start + keep, end, _key, digest);
            }
        }

        var (line, column) = _position.At(_buffer.Original[_settled..outcome.At]);
        _findings.Add(new(IdOf(outcome), _buffer.Origin + outcome.At, outcome.ValueEnd - outcome.ValueStart, line, column, Convert.ToHexStringLower(digest[..16]), action));
        // What only looks for secrets goes on: all of them count.
        BlockedBy ??= action == MaskAction.Block && _marks is null ? rule!.Id : null;
    }

    /// <summary>Whether a rule found a value in what spells a text in base64, such as a key in a manifest. Then it is masked so that it stays base64.</summary>
    private bool IsSpelling(Outcome outcome, out Outcome asDecoded)
    {
        asDecoded = default;
        for (var i = 0; outcome.Layer == Outcome.Readable && i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            var last = _base64.Place(run, run.Characters - 1);
            if (_base64.Place(run, 0) > outcome.ValueStart || last < outcome.ValueEnd - 1)
            {
                continue;
            }

            var start = _base64.Character(run, outcome.ValueStart);
            var end = Math.Min(((_base64.Character(run, outcome.ValueEnd) * 6) + 7) / 8, run.DecodedLength);
            asDecoded = outcome with { Layer = i, ValueStart = start * 6 / 8, ValueEnd = end, MatchEnd = end };
            return run.IsText && run.DecodedLength >= (run.Characters * 6 / 8) - 3;
        }

        return false;
    }

    private bool IsCovered(Outcome outcome, int start, int end) => outcome.Layer >= 0
        ? _buffer.IsCovered(_readable, _base64, _base64.Found[outcome.Layer], start, end)
        : _buffer.IsCovered(_readable, start, end);

    private string IdOf(Outcome outcome) => outcome.Source switch
    {
        FindingSource.Known => KnownSecrets.RuleId,
        FindingSource.Mark => SecretScanner.MarkRuleId,
        FindingSource.Field or FindingSource.Number => FieldFinder.RuleId,
        _ => _rules.Rules[outcome.Source].Id,
    };

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

    private void Resume(Outcome outcome, int at)
    {
        if (outcome.Layer >= 0)
        {
            _rulesInBase64.Resume(outcome.Source, _origins.Items[outcome.Layer] + at);
        }
        else
        {
            _rulesInText.Resume(outcome.Source, _buffer.Origin + _readable.ToOriginal(at));
        }
    }

    /// <summary>Where a place of a layer stands in the whole text, and for base64 which byte of its quantum it is.</summary>
    private (long Place, int Within) PlaceOf(Outcome outcome, int at)
    {
        if (outcome.Layer < 0)
        {
            return (_buffer.Origin + _readable.ToOriginal(at), 0);
        }

        var run = _base64.Found[outcome.Layer];
        var character = at / 3 * 4;
        var place = character < run.Characters ? _base64.Place(run, character) : _base64.Place(run, run.Characters - 1) + 1;
        return (_buffer.Origin + _readable.ToOriginal(place), at % 3);
    }

    /// <summary>Masks what follows values without a bound, until a byte that is not theirs.</summary>
    private void ContinueSwallows(ReadOnlySpan<byte> text)
    {
        for (var i = _swallows.Count - 1; i >= 0; i--)
        {
            var swallow = _swallows[i];
            var goesOn = swallow.InBase64 ? ContinueInBase64(ref swallow, text) : ContinueInText(ref swallow, text);
            _swallows[i] = swallow;
            if (!goesOn)
            {
                _swallows.RemoveAt(i);
            }
        }
    }

    private bool ContinueInText(ref Swallow swallow, ReadOnlySpan<byte> text)
    {
        var start = _readable.FromOriginal((int)(swallow.At.Place - _buffer.Origin));
        var length = swallow.Class.Run(text[start..]);
        var isCut = false;
        if (_form == TextForm.Json)
        {
            var inString = StringEnd(text.Slice(start, length), start);
            isCut = inString < length;
            length = inString;
        }

        if (swallow.Covers && length > 0)
        {
            _buffer.Write(_readable, text, start, start + length, null, []);
        }

        _rulesInText.Resume(swallow.Rule, _buffer.Origin + _readable.ToOriginal(start + length));
        swallow = swallow with { At = (_buffer.Origin + _readable.ToOriginal(start + length), 0) };
        return start + length == text.Length && !isCut;
    }

    private bool ContinueInBase64(ref Swallow swallow, ReadOnlySpan<byte> text)
    {
        var place = _readable.FromOriginal((int)(swallow.At.Place - _buffer.Origin));
        for (var i = 0; i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            var decoded = _base64.Decoded(run);
            var character = _base64.Character(run, place);
            if (_base64.Place(run, 0) > place || (character == run.Characters && !run.IsOpen))
            {
                continue;
            }

            var start = Math.Min(decoded.Length, (character / 4 * 3) + swallow.At.Within);
            var length = swallow.Class.Run(decoded[start..]);
            if (swallow.Covers && length > 0)
            {
                _buffer.Write(_readable, text, _base64, run, start, start, start + length, null, []);
            }

            _rulesInBase64.Resume(swallow.Rule, _origins.Items[i] + start + length);
            swallow = swallow with { At = PlaceOf(new Outcome(0, 0, i, 0, 0, 0, false, false), start + length) };
            return start + length == decoded.Length && run.IsOpen;
        }

        return false;
    }

    /// <summary>Forgets what no later value needs: its rules may look so far back.</summary>
    private void Drop()
    {
        var behind = Math.Max(_rules.BeforeValue + 1, (_rules.BeforeValue / 3 * 4 * 65 / 60) + 16);
        var at = Math.Max(0, _readable.FromOriginal(_settled) - behind);

        // However it is spelled, there must be room for what follows.
        at = Math.Max(at, _readable.FromOriginal(Math.Max(0, _settled - MostBehind)));
        CarriedRun? carried = null;
        for (var i = 0; i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            if (_base64.Place(run, 0) < at && (run.IsOpen || at <= _base64.Place(run, run.Characters - 1)))
            {
                var quantum = Math.Min(_base64.Character(run, at), run.Characters) / 4;
                quantum = quantum * 4 == run.Characters ? quantum - 1 : quantum;
                if (quantum <= 0)
                {
                    at = _base64.Place(run, 0);
                    break;
                }

                at = _base64.Place(run, quantum * 4);
                var line = _base64.Line(run, quantum * 4);
                var before = line.Before == 0 && run.IsCarried ? _carried!.Value.LineCharacters : 0;
                carried = new(at - line.Start + before, _origins.Items[i] + (quantum * 3), run.IsText);
                break;
            }
        }

        _carried = at > 0 ? carried : _carried;
        var original = Math.Min(_settled, _readable.ToOriginal(at));
        _buffer.Drop(original);
        _settled -= original;
    }

    /// <summary>A value without a bound that is still going on.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Swallow(int Rule, ByteClass Class, bool InBase64, (long Place, int Within) At, bool Covers);
}
