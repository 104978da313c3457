using System.Numerics;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>A set of bytes whose highest bit does not count. In halves it holds, with some bytes, every one that has the high half of one and the low half of another.</summary>
internal readonly struct ByteSet
{
    private static readonly double[] Shares = SharesOfEights();
    private readonly UInt128 _members;
    private readonly bool _inHalves;

    private ByteSet(UInt128 members, bool inHalves)
    {
        _inHalves = inHalves;
        _members = inHalves ? Closed(members) : members;
    }

    /// <summary>How often one of them stands in source text.</summary>
    public double Share
    {
        get
        {
            var share = 0.0;
            var (low, high) = ((ulong)_members, (ulong)(_members >> 64));
            for (var i = 0; i < 8; i++)
            {
                share += Shares[(i << 8) | (int)((low >> (8 * i)) & 0xFF)] + Shares[((i + 8) << 8) | (int)((high >> (8 * i)) & 0xFF)];
            }

            return Math.Min(1, share);
        }
    }

    public static ByteSet All(bool inHalves) => new(UInt128.MaxValue, inHalves);

    public static ByteSet Of(IEnumerable<byte> values, bool inHalves)
    {
        var members = UInt128.Zero;
        foreach (var value in values)
        {
            members |= UInt128.One << (value & 127);
        }

        return new(members, inHalves);
    }

    public bool Contains(int value) => ((_members >> (value & 127)) & 1) != 0;

    public ByteSet With(ByteSet other) => new(_members | other._members, _inHalves);

    /// <summary>Every byte of which each half is one of a member's.</summary>
    private static UInt128 Closed(UInt128 members)
    {
        var low = 0u;
        for (var row = 0; row < 8; row++)
        {
            low |= (ushort)(members >> (16 * row));
        }

        var closed = UInt128.Zero;
        for (var row = 0; row < 8; row++)
        {
            closed |= (ushort)(members >> (16 * row)) == 0 ? 0 : (UInt128)low << (16 * row);
        }

        return closed;
    }

    /// <summary>For each eight neighbouring bytes, the share of every set of them.</summary>
    private static double[] SharesOfEights()
    {
        var shares = new double[16 << 8];
        for (var i = 0; i < 16; i++)
        {
            for (var set = 1; set < 256; set++)
            {
                var value = (8 * i) + BitOperations.TrailingZeroCount(set);
                shares[(i << 8) | set] = shares[(i << 8) | (set & (set - 1))] + ByteFrequency.Of((byte)value) + ByteFrequency.Of((byte)(value | 128));
            }
        }

        return shares;
    }
}
