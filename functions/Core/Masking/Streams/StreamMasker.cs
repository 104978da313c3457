using System.Buffers;
using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>
/// Masks one stream of bytes. What comes out has the length of what went in, and is the same however the text was cut into chunks: a byte leaves
/// when no match that begins at or before it is still open. Not for use by two threads at once. An exception means that nothing more may be sent.
/// </summary>
public sealed class StreamMasker : IDisposable
{
    private const int Capacity = 48 * 1024;
    private const int Piece = 32 * 1024;

    private readonly MaskRules _rules;
    private readonly MaskKey _key;
    private readonly KnownSecrets? _known;
    private readonly long[] _resume;
    private readonly List<Swallow> _swallows = [];
    private readonly List<MaskFinding> _findings = [];
    private readonly List<Outcome> _outcomes = [];
    private readonly List<ulong> _starts = [];
    private readonly List<Starts> _merged = [];
    private readonly SightingList _sightings = new();
    private byte[] _text;
    private byte[] _masked;
    private bool[] _covered;
    private PatternRun? _run;
    private long _base;
    private int _count;
    private int _settled;
    private int _line = 1;
    private long _lineStart;
    private bool _ended;
    private bool _broken;

    /// <summary>Begins a stream.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="key">The session's key.</param>
    /// <param name="known">Values that are secrets whatever they look like; none when null.</param>
    /// <param name="form">What the text is.</param>
    /// <param name="marks">Whose masks count as findings too; none when null.</param>
    public StreamMasker(MaskRules rules, MaskKey key, KnownSecrets? known = null, TextForm form = TextForm.Text, MaskRoot? marks = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(key);
        _rules = rules;
        _key = key;
        _known = known;
        _resume = new long[rules.Count];
        _text = ArrayPool<byte>.Shared.Rent(Capacity);
        _masked = ArrayPool<byte>.Shared.Rent(Capacity);
        _covered = ArrayPool<bool>.Shared.Rent(Capacity);
    }

    /// <summary>What was masked so far, in the order in which it was settled.</summary>
    public IReadOnlyList<MaskFinding> Findings => _findings;

    /// <summary>The rule with the action block that matched; null when none did. Nothing of the match was or will be written; the caller ends the answer.</summary>
    public string? BlockedBy { get; private set; }

    /// <summary>Takes a chunk and writes what is settled; with <paramref name="end"/> everything is.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended, or failed before.</exception>
    public void Push(ReadOnlySpan<byte> chunk, bool end, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_ended || _broken)
        {
            throw new InvalidOperationException("The stream has ended or failed.");
        }

        _broken = true;
        do
        {
            var piece = chunk[..Math.Min(chunk.Length, Math.Min(Piece, Capacity - _count))];
            if (piece.IsEmpty && !chunk.IsEmpty)
            {
                throw new InvalidOperationException("More is undecided than a rule's bound allows.");
            }

            chunk = chunk[piece.Length..];
            piece.CopyTo(_text.AsSpan(_count));
            piece.CopyTo(_masked.AsSpan(_count));
            _covered.AsSpan(_count, piece.Length).Clear();
            _count += piece.Length;
            Settle(end && chunk.IsEmpty, output);
        }
        while (!chunk.IsEmpty);
        _ended = end;
        _broken = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _broken = true;
        ArrayPool<byte>.Shared.Return(_text, clearArray: true);
        ArrayPool<byte>.Shared.Return(_masked);
        ArrayPool<bool>.Shared.Return(_covered);
        _text = _masked = [];
        _covered = [];
        _sightings.Dispose();
        _run?.Dispose();
        _run = null;
    }

    private void Settle(bool end, IBufferWriter<byte> output)
    {
        ContinueSwallows();
        var text = _text.AsSpan(0, _count);
        var limit = end ? _count : Math.Max(_settled, _count - Math.Max(_rules.Behind, KnownSecrets.Behind));
        _outcomes.Clear();
        limit = Math.Min(limit, RunRules(text, end));
        limit = Math.Min(limit, _known is null ? _count : RunKnown(_known, text, end));
        _outcomes.Sort();
        foreach (var outcome in _outcomes)
        {
            if (outcome.Match.Start < limit)
            {
                Apply(outcome);
            }
        }

        CountLines(text[_settled..limit]);
        output.Write(_masked.AsSpan(_settled, limit - _settled));
        _settled = limit;
        var drop = Math.Max(0, _settled - Boundary.Behind);
        _text.AsSpan(drop, _count - drop).CopyTo(_text);
        _masked.AsSpan(drop, _count - drop).CopyTo(_masked);
        _covered.AsSpan(drop, _count - drop).CopyTo(_covered);
        _base += drop;
        _count -= drop;
        _settled -= drop;
        for (var i = 0; i < _swallows.Count; i++)
        {
            _swallows[i] = _swallows[i] with { At = _swallows[i].At - drop };
        }
    }

    /// <summary>Every rule near its anchors; the result is where the first undecided match begins.</summary>
    private int RunRules(ReadOnlySpan<byte> text, bool end)
    {
        _sightings.Clear();
        _rules.Scanner.Scan(text, _sightings);
        if (_sightings.Count == 0)
        {
            return _count;
        }

        _starts.Clear();
        foreach (var sighting in _sightings.Items)
        {
            foreach (var (rule, reach) in _rules.Users[sighting.Literal])
            {
                var first = Math.Max(Math.Max(_settled, sighting.At - reach.Most), (int)Math.Min(int.MaxValue, _resume[rule] - _base));
                var last = sighting.At - reach.Least;
                if (first <= last)
                {
                    _starts.Add(((ulong)rule << 40) | ((ulong)first << 20) | (uint)last);
                }
            }
        }

        _starts.Sort();
        var undecided = _count;
        for (var i = 0; i < _starts.Count;)
        {
            var rule = (int)(_starts[i] >> 40);
            _merged.Clear();
            for (; i < _starts.Count && (int)(_starts[i] >> 40) == rule; i++)
            {
                var (first, last) = ((int)(_starts[i] >> 20) & 0xFFFFF, (int)_starts[i] & 0xFFFFF);
                if (_merged is [.., var before] && first <= before.Last + 1)
                {
                    _merged[^1] = before with { Last = Math.Max(before.Last, last) };
                }
                else
                {
                    _merged.Add(new(first, last));
                }
            }

            undecided = Math.Min(undecided, RunRule(rule, text, end));
        }

        return undecided;
    }

    private int RunRule(int index, ReadOnlySpan<byte> text, bool end)
    {
        var rule = _rules.Rules[index];
        _run ??= new(_rules.LongestProgram);
        var starts = CollectionsMarshal.AsSpan(_merged);
        var from = starts[0].First;
        while (true)
        {
            var ended = _run.Find(rule, text, starts, from, end, out var match, out var undecidedFrom);
            if (ended == RunEnd.Undecided)
            {
                return undecidedFrom;
            }

            if (ended == RunEnd.None)
            {
                return text.Length;
            }

            _outcomes.Add(new(index, match, Accepts(rule, text[match.ValueStart..match.ValueEnd])));
            from = match.End;
            while (match.GoesOn && from < text.Length && rule.Trailing!.Contains(text[from]))
            {
                from++;
            }
        }
    }

    private static bool Accepts(MaskRule rule, ReadOnlySpan<byte> value)
    {
        foreach (var validator in rule.Validators)
        {
            if (!validator(value))
            {
                return false;
            }
        }

        return !value.IsEmpty;
    }

    private int RunKnown(KnownSecrets known, ReadOnlySpan<byte> text, bool end)
    {
        var forms = known.Current;
        _sightings.Clear();
        forms.Scanner.Scan(text, _sightings);
        var undecided = text.Length;
        foreach (var sighting in _sightings.Items)
        {
            var form = forms.Values[sighting.Literal];
            var there = text[sighting.At..];
            if (sighting.At < _settled)
            {
                continue;
            }

            if (there.StartsWith(form))
            {
                var match = new RuleMatch(sighting.At, sighting.At + form.Length, sighting.At, sighting.At + form.Length, GoesOn: false);
                _outcomes.Add(new(-1, match, Accepted: true));
            }
            else if (!end && form.AsSpan().StartsWith(there))
            {
                undecided = Math.Min(undecided, sighting.At);
            }
        }

        return undecided;
    }

    private void Apply(Outcome outcome)
    {
        var match = outcome.Match;
        var rule = outcome.Rule < 0 ? null : _rules.Rules[outcome.Rule];
        if (rule is not null)
        {
            _resume[outcome.Rule] = Math.Max(_resume[outcome.Rule], _base + match.End);
        }

        if (!outcome.Accepted)
        {
            if (match.GoesOn)
            {
                // Refused as a whole: its rest is no new beginning either.
                _swallows.Add(new(outcome.Rule, rule!.Trailing!, match.End, Covers: false));
                ContinueSwallows();
            }

            return;
        }

        var length = match.ValueEnd - match.ValueStart;
        var keep = rule is not null && rule.Keep + MaskKey.ShortestRecognised <= length ? rule.Keep : 0;
        var (start, end) = Escapes.Spare(_text.AsSpan(0, _count), match.ValueStart + keep, match.ValueEnd, match.GoesOn);
        Span<byte> digest = stackalloc byte[32];
        _key.Digest(_text.AsSpan(match.ValueStart, length), digest);
        var covered = _covered.AsSpan(start, Math.Max(0, end - start));
        if (!covered.Contains(true))
        {
            _key.Write(digest, _masked.AsSpan(start, covered.Length));
            covered.Fill(true);
        }
        else
        {
            Cover(start, end);
        }

        Report(rule?.Id ?? KnownSecrets.RuleId, match, digest);
        if (match.GoesOn)
        {
            _swallows.Add(new(outcome.Rule, rule!.Trailing!, match.End, Covers: true));
            ContinueSwallows();
        }
    }

    private void Report(string id, RuleMatch match, ReadOnlySpan<byte> digest)
    {
        var before = _text.AsSpan(_settled, Math.Max(0, match.ValueStart - _settled));
        var line = _line + before.Count((byte)'\n');
        var lineStart = before.LastIndexOf((byte)'\n') is var at and >= 0 ? _base + _settled + at + 1 : _lineStart;
        var offset = _base + match.ValueStart;
        _findings.Add(new(id, offset, match.ValueEnd - match.ValueStart, line, (int)(offset - lineStart) + 1, Convert.ToHexStringLower(digest[..16]), MaskAction.Mask));
    }

    /// <summary>Masks what follows matches without a bound, until a byte that is not theirs.</summary>
    private void ContinueSwallows()
    {
        for (var i = _swallows.Count - 1; i >= 0; i--)
        {
            var swallow = _swallows[i];
            var at = swallow.At;
            while (at < _count && swallow.Class.Contains(_text[at]))
            {
                at++;
            }

            if (swallow.Covers)
            {
                Cover(swallow.At, at);
            }

            _resume[swallow.Rule] = Math.Max(_resume[swallow.Rule], _base + at);
            _swallows[i] = swallow with { At = at };
            if (at < _count)
            {
                _swallows.RemoveAt(i);
            }
        }
    }

    private void Cover(int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            if (!_covered[at] && _text[at] is not ((byte)'\n' or (byte)'\r'))
            {
                _masked[at] = (byte)'*';
            }

            _covered[at] = true;
        }
    }

    private void CountLines(ReadOnlySpan<byte> settled)
    {
        _line += settled.Count((byte)'\n');
        if (settled.LastIndexOf((byte)'\n') is var at and >= 0)
        {
            _lineStart = _base + _settled + at + 1;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Swallow(int Rule, ByteClass Class, int At, bool Covers);
}
