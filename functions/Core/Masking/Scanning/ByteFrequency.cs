namespace CursorBroker.Core.Masking.Scanning;

/// <summary>Roughly how often a byte stands in source text. It decides speed alone, never what is found.</summary>
internal static class ByteFrequency
{
    private static readonly double[] Shares = Estimate();

    public static double Of(byte value) => Shares[value];

    private static double[] Estimate()
    {
        var shares = new double[256];
        Array.Fill(shares, 0.0004);
        var order = " etrsnioalcdupm.\nhg\"f,_b)(y=;-v:/w0kx1'>SCETARI2<L{}PNDOMq*F4j3#z\tBU5&8G6+9V7H\\[]WK|@$!%XY?QJZ~`^"u8;
        for (var i = 0; i < order.Length; i++)
        {
            shares[order[i]] = 0.16 / Math.Pow(i + 1, 0.95);
        }

        return shares;
    }
}
