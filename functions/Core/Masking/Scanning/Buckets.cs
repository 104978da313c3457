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
        var costs = new List<double>();
        for (var i = 0; i + 1 < buckets.Count; i++)
        {
            costs.Add(Cost(buckets[i], buckets[i + 1]));
        }

        while (buckets.Count > Count)
        {
            var at = 0;
            for (var i = 1; i < costs.Count; i++)
            {
                at = costs[i] < costs[at] ? i : at;
            }

            buckets[at] = buckets[at].With(buckets[at + 1]);
            buckets.RemoveAt(at + 1);
            costs.RemoveAt(at);
            if (at > 0)
            {
                costs[at - 1] = Cost(buckets[at - 1], buckets[at]);
            }

            if (at < costs.Count)
            {
                costs[at] = Cost(buckets[at], buckets[at + 1]);
            }
        }
    }

    private static double Cost(Bucket one, Bucket other) => one.With(other).Share - one.Share - other.Share;

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
