namespace CursorBroker.Core.Masking.Scanning;

/// <summary>
/// The literals' windows in some buckets, and for each of a window's four places which bytes which buckets allow there. Windows that look alike share a
/// bucket, so that few others pass; those are merged first that let the fewest through.
/// </summary>
internal sealed class Buckets
{
    /// <summary>Places of a window.</summary>
    public const int Places = 4;

    /// <summary>Buckets of a group: one bit each.</summary>
    private const int OfAGroup = 8;

    /// <summary>Of so many buckets, each is compared with each.</summary>
    private const int MostCompared = 400;

    /// <summary>While there are more, each is compared with so many that follow in their order.</summary>
    private const int Neighbours = 6;

    /// <summary>For group and place, the buckets of each byte.</summary>
    private readonly byte[][] _tables;

    /// <summary>Puts windows into buckets.</summary>
    /// <param name="table">The literals.</param>
    /// <param name="groups">Groups of eight buckets.</param>
    /// <param name="inHalves">Whether a byte is looked up by its two halves apart, so that a bucket allows every pair of halves that it knows.</param>
    public Buckets(LiteralTable table, int groups, bool inHalves)
    {
        _tables = [.. Enumerable.Range(0, groups * Places).Select(static _ => new byte[128])];
        var buckets = new List<Bucket>();
        for (var i = 0; i < table.Count; i++)
        {
            buckets.Add(Bucket.Of(table.Literals[i], table.Windows[i], inHalves));
        }

        buckets.Sort(static (one, other) => string.CompareOrdinal(one.Order, other.Order));
        Merge(buckets, Math.Max(MostCompared, groups * OfAGroup), Neighbours);
        Merge(buckets, groups * OfAGroup, MostCompared);
        for (var i = 0; i < buckets.Count; i++)
        {
            for (var place = 0; place < Places; place++)
            {
                for (var value = 0; value < 128; value++)
                {
                    _tables[(i / OfAGroup * Places) + place][value] |= buckets[i].Allowed[place].Contains(value) ? (byte)(1 << (i % OfAGroup)) : (byte)0;
                }
            }
        }
    }

    /// <summary>The buckets, one bit each, that allow a byte at a place; the byte's highest bit does not count.</summary>
    public byte[] Of(int group, int place) => _tables[(group * Places) + place];

    /// <summary>Merges each bucket with the one that it is cheapest to merge with, until so many are left.</summary>
    private static void Merge(List<Bucket> buckets, int count, int reach)
    {
        var best = new (int With, double Cost)[buckets.Count];
        var alive = Enumerable.Repeat(true, buckets.Count).ToArray();
        for (var i = 0; i < buckets.Count; i++)
        {
            best[i] = Cheapest(buckets, alive, i, reach);
        }

        for (var left = buckets.Count; left > count; left--)
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

        public static Bucket Of(Literal literal, LiteralWindow window, bool inHalves)
        {
            var allowed = new ByteSet[Places];
            for (var place = 0; place < Places; place++)
            {
                allowed[place] = place < window.Length ? ByteSet.Of(LiteralWindow.Cases(literal, window.Offset + place), inHalves) : ByteSet.All(inHalves);
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
}
