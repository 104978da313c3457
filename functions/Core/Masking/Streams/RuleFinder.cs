using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>What a rule matched in one text.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleHit(int Rule, RuleMatch Match, bool Accepted);

/// <summary>
/// All rules over one text that arrives in parts. Each is tried where one of its anchors stands, from left to right; where it matched it goes on behind
/// the match. A place is one of the original, counted from its very beginning, also when that is not there any more.
/// </summary>
internal sealed class RuleFinder(MaskRules rules) : IDisposable
{
    private const int Margin = 32;

    private readonly long[] _resume = new long[rules.Count];
    private readonly PooledList<Sighting> _sightings = new();
    private readonly PooledList<ulong> _starts = new();
    private readonly PooledList<Starts> _merged = new();
    private readonly PatternMatcher _matcher = new();

    /// <summary>Adds every decided match; the result is where the first undecided one may mask something, the text's length when nothing is undecided.</summary>
    /// <param name="text">The text.</param>
    /// <param name="runs">Where in it values may be.</param>
    /// <param name="readable">Where its bytes stand in the original.</param>
    /// <param name="origin">The place of the original's first byte.</param>
    /// <param name="settled">Values that begin before it were dealt with.</param>
    /// <param name="end">Whether nothing follows.</param>
    /// <param name="found">What is added to.</param>
    public int Find(ReadOnlySpan<byte> text, ReadOnlySpan<ByteRun> runs, ReadableText readable, long origin, int settled, bool end, PooledList<RuleHit> found)
    {
        _starts.Clear();
        Scan(rules.Scanner, rules.Anchors, text, readable, origin, settled);
        if (rules.MoreAnchors is { } more)
        {
            Scan(rules.MoreScanner!, more, text, readable, origin, settled);
        }

        ScanNames(text, runs, readable, origin, settled, end);
        var undecided = end ? text.Length : Math.Min(rules.Anchors.FirstOpen(text), rules.Names.FirstOpen(text));
        undecided = Math.Min(undecided, end || rules.MoreAnchors is null ? undecided : rules.MoreAnchors.FirstOpen(text));
        if (_starts.Count == 0)
        {
            return undecided;
        }

        var starts = _starts.Items;
        starts.Sort();
        for (var i = 0; i < starts.Length;)
        {
            var rule = (int)(starts[i] >> 40);
            _merged.Clear();
            var (first, last) = Range(starts[i]);
            for (i++; i < starts.Length && (int)(starts[i] >> 40) == rule; i++)
            {
                var (nextFirst, nextLast) = Range(starts[i]);
                if (nextFirst <= last + 1)
                {
                    last = Math.Max(last, nextLast);
                }
                else
                {
                    _merged.Add(new(first, last));
                    (first, last) = (nextFirst, nextLast);
                }
            }

            _merged.Add(new(first, last));
            undecided = Math.Min(undecided, Run(rule, text, runs, end, found));
        }

        return undecided;
    }

    /// <summary>From the place on the rule is tried again.</summary>
    public void Resume(int rule, long place) => _resume[rule] = Math.Max(_resume[rule], place);

    /// <summary>Begins with another text.</summary>
    public void Reset() => Array.Clear(_resume);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sightings.Dispose();
        _starts.Dispose();
        _merged.Dispose();
        _matcher.Dispose();
    }

    private static (int First, int Last) Range(ulong packed) => ((int)(packed >> 20) & 0xFFFFF, (int)packed & 0xFFFFF);

    private void Scan(AnchorScanner scanner, AnchorUsers anchors, ReadOnlySpan<byte> text, ReadableText readable, long origin, int settled)
    {
        _sightings.Clear();
        scanner.Scan(text, _sightings);
        foreach (var sighting in _sightings.Items)
        {
            foreach (var (rule, reach) in anchors.Of[sighting.Literal])
            {
                Begin(rule, reach, sighting.At, readable, origin, settled);
            }
        }
    }

    /// <summary>Looks for names before each run and in it. A value lies in the run that its name is in, or in one behind it.</summary>
    private void ScanNames(ReadOnlySpan<byte> text, ReadOnlySpan<ByteRun> runs, ReadableText readable, long origin, int settled, bool end)
    {
        _sightings.Clear();
        var ahead = rules.NamesBefore + Margin;
        for (var (i, from) = (0, 0); i < runs.Length;)
        {
            // Runs that are near each other are one stretch: to begin a scan costs as much as some words of it.
            var to = runs[i].End;
            from = Math.Max(from, runs[i].Start - ahead);
            for (i++; i < runs.Length && runs[i].Start - ahead <= to; i++)
            {
                to = runs[i].End;
            }

            rules.Near.Scan(text, from, to, _sightings);
            from = to;
        }

        var run = 0;
        foreach (var sighting in _sightings.Items)
        {
            while (run > 0 && runs[run - 1].End > sighting.At)
            {
                run--;
            }

            while (runs[run].End <= sighting.At)
            {
                run++;
            }

            Begin(sighting, runs[run..], text.Length, readable, origin, settled, end);
        }
    }

    /// <summary>Notes where the rules of a name may begin whose value one of the runs may be: near enough, and long enough unless it may still grow.</summary>
    private void Begin(Sighting sighting, ReadOnlySpan<ByteRun> runs, int length, ReadableText readable, long origin, int settled, bool end)
    {
        foreach (var (rule, reach) in rules.Names.Of[sighting.Literal])
        {
            var before = rules.Rules[rule].BeforeValue;
            var least = rules.Rules[rule].LeastValue;
            var first = sighting.At - reach.Most + before.Least;
            foreach (var run in runs)
            {
                if (run.Start > sighting.At + before.Most)
                {
                    break;
                }

                if (run.End - Math.Max(run.Start, first) >= least || (run.End == length && !end))
                {
                    Begin(rule, reach, sighting.At, readable, origin, settled);
                    break;
                }
            }
        }
    }

    /// <summary>Notes where a rule may begin whose literal stands at a place.</summary>
    private void Begin(int rule, Reach reach, int at, ReadableText readable, long origin, int settled)
    {
        var resume = _resume[rule] <= origin ? 0 : readable.FromOriginal((int)Math.Min(int.MaxValue, _resume[rule] - origin));
        var first = Math.Max(Math.Max(at - reach.Most, settled - rules.Rules[rule].BeforeValue.Most), resume);
        var last = at - reach.Least;
        if (first <= last)
        {
            _starts.Add(((ulong)rule << 40) | ((ulong)first << 20) | (uint)last);
        }
    }

    /// <summary>Where the value of a match may begin that is open at a place.</summary>
    private static int FirstValue(MaskRule rule, int start, ReadOnlySpan<ByteRun> runs, int length)
    {
        var first = Math.Min(length, start + rule.BeforeValue.Least);
        if (rule.IsByShape)
        {
            var (low, high) = (0, runs.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = runs[middle].End <= first ? (middle + 1, high) : (low, middle);
            }

            return low == runs.Length ? length : Math.Max(first, runs[low].Start);
        }

        return first;
    }

    private int Run(int index, ReadOnlySpan<byte> text, ReadOnlySpan<ByteRun> runs, bool end, PooledList<RuleHit> found)
    {
        var rule = rules.Rules[index];
        var from = 0;
        while (true)
        {
            switch (_matcher.Find(rule, text, _merged.Items, from, end, out var match, out var undecidedFrom))
            {
                case RunEnd.Undecided:
                    return FirstValue(rule, undecidedFrom, runs, text.Length);
                case RunEnd.None:
                    return text.Length;
                default:
                    var value = text[match.ValueStart..match.ValueEnd];
                    found.Add(new(index, match, Accepts(rule, value)));
                    from = match.End + (match.GoesOn ? rule.Trailing!.Run(text[match.End..]) : 0);
                    break;
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
}
