namespace CursorBroker.Core.Masking.Scanning;

/// <summary>
/// The literals' windows in sixteen buckets, and for each of a window's four places which bytes which buckets allow there. Windows that look alike share
/// a bucket, so that few others pass; those are merged first that let the fewest through.
/// </summary>
internal sealed class Buckets
{
    /// <summary>How many there are: two groups of eight, one bit each.</summary>
    public const int Count = 16;

    /// <summary>Places of a window.</summary>
    public const int Places = 4;

    /// <summary>Of so many literals, each is compared with each.</summary>
    private const int MostCompared = 1000;

    /// <summary>For group and place, the buckets of each byte.</summary>
    private readonly byte[][] _tables = [.. Enumerable.Range(0, 2 * Places).Select(static _ => new byte[256])];

    public Buckets(LiteralTable table)
    {
        var buckets = new List<Bucket>();
        for (var i = 0; i < table.Count; i++)
        {
            buckets.Add(Bucket.Of(table.Literals[i], table.Windows[i]));
        }

        buckets.Sort(static (one, other) => string.CompareOrdinal(one.Order, other.Order));
        Merge(buckets);
        for (var i = 0; i < buckets.Count; i++)
        {
            for (var place = 0; place < Places; place++)
            {
                for (var value = 0; value < 256; value++)
                {
                    _tables[(i / 8 * Places) + place][value] |= buckets[i].Allowed[place].Contains(value) ? (byte)(1 << (i % 8)) : (byte)0;
                }
            }
        }
    }

    /// <summary>The buckets, one bit each, that allow a byte at a place.</summary>
    public ReadOnlySpan<byte> Of(int group, int place) => _tables[(group * Places) + place];

    private static void Merge(List<Bucket> buckets)
    {
        // Each bucket with the one that it is cheapest to merge with. Of very many literals only neighbours in their order are looked at.
        var reach = buckets.Count <= MostCompared ? buckets.Count : 1;
        var best = new (int With, double Cost)[buckets.Count];
        var alive = Enumerable.Repeat(true, buckets.Count).ToArray();
        for (var i = 0; i < buckets.Count; i++)
        {
            best[i] = Cheapest(buckets, alive, i, reach);
        }

        for (var left = buckets.Count; left > Count; left--)
        {
            var at = -1;
            for (var i = 0; i < best.Length; i++)
            {
                at = alive[i] && best[i].With >= 0 && (at < 0 || best[i].Cost < best[at].Cost) ? i : at;
            }

            var with = best[at].With;
            buckets[at] = buckets[at].With(buckets[with]);
            alive[with] = false;
            for (var i = 0; i < best.Length; i++)
            {
                if (alive[i] && (i == at || best[i].With == with || best[i].With == at))
                {
                    best[i] = Cheapest(buckets, alive, i, reach);
                }
            }
        }

        for (var i = buckets.Count - 1; i >= 0; i--)
        {
            if (!alive[i])
            {
                buckets.RemoveAt(i);
            }
        }
    }

    /// <summary>The bucket behind this one that it is cheapest to merge with; below 0 when none is left.</summary>
    private static (int With, double Cost) Cheapest(List<Bucket> buckets, bool[] alive, int at, int reach)
    {
        var best = (With: -1, Cost: double.MaxValue);
        var looked = 0;
        for (var i = at + 1; i < buckets.Count && looked < reach; i++)
        {
            if (!alive[i])
            {
                continue;
            }

            looked++;
            var cost = Bucket.ShareOfBoth(buckets[at], buckets[i]) - buckets[at].Share - buckets[i].Share;
            best = cost < best.Cost ? (i, cost) : best;
        }

        return best;
    }

    private sealed class Bucket
    {
        private Bucket(ByteSet[] allowed, string order)
        {
            Allowed = allowed;
            Order = order;
            Share = 1.0;
            foreach (var place in allowed)
            {
                Share *= place.Share;
            }
        }

        public ByteSet[] Allowed { get; }

        public string Order { get; }

        /// <summary>Which share of all places of source text passes.</summary>
        public double Share { get; }

        public static Bucket Of(Literal literal, LiteralWindow window)
        {
            var allowed = new ByteSet[Places];
            for (var place = 0; place < Places; place++)
            {
                allowed[place] = place < window.Length ? ByteSet.Of(LiteralWindow.Cases(literal, window.Offset + place)) : ByteSet.All;
            }

            return new(allowed, string.Concat(literal.Bytes.Skip(window.Offset).Take(window.Length).Select(static value => (char)(value | 0x20))));
        }

        /// <summary>Which share would pass, were they one.</summary>
        public static double ShareOfBoth(Bucket one, Bucket other)
        {
            var share = 1.0;
            for (var place = 0; place < Places; place++)
            {
                share *= one.Allowed[place].With(other.Allowed[place]).Share;
            }

            return share;
        }

        public Bucket With(Bucket other)
        {
            var allowed = new ByteSet[Places];
            for (var place = 0; place < Places; place++)
            {
                allowed[place] = Allowed[place].With(other.Allowed[place]);
            }

            return new(allowed, Order);
        }
    }

    /// <summary>A set of bytes, and how often one of them stands in source text.</summary>
    private readonly struct ByteSet
    {
        private readonly UInt128 _low;
        private readonly UInt128 _high;

        private ByteSet(UInt128 low, UInt128 high, double share)
        {
            _low = low;
            _high = high;
            Share = share;
        }

        public static ByteSet All { get; } = new(UInt128.MaxValue, UInt128.MaxValue, 1);

        public double Share { get; }

        public bool Contains(int value) => (((value < 128 ? _low : _high) >> (value & 127)) & 1) != 0;

        public static ByteSet Of(IEnumerable<byte> values)
        {
            var (low, high, share) = (UInt128.Zero, UInt128.Zero, 0.0);
            foreach (var value in values)
            {
                low |= value < 128 ? UInt128.One << value : 0;
                high |= value < 128 ? 0 : UInt128.One << (value - 128);
                share += ByteFrequency.Of(value);
            }

            return new(low, high, share);
        }

        public ByteSet With(ByteSet other)
        {
            var share = Share;
            for (var more = other._low & ~_low; more != 0; more &= more - 1)
            {
                share += ByteFrequency.Of((byte)UInt128.TrailingZeroCount(more));
            }

            for (var more = other._high & ~_high; more != 0; more &= more - 1)
            {
                share += ByteFrequency.Of((byte)(128 + UInt128.TrailingZeroCount(more)));
            }

            return new(_low | other._low, _high | other._high, Math.Min(1, share));
        }
    }
}
