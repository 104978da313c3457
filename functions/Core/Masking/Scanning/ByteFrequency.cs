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
        var order = " etarsniol\nucdm.phy)(/g,fb;\">wv=<kCSTAR{}xIOPLGEBF:_M?N][HW0D-q'VU&jK1J|!2$+z46583\\Q*9Y7ZX^@#%~`\t"u8;
        for (var i = 0; i < order.Length; i++)
        {
            shares[order[i]] = 0.16 / Math.Pow(i + 1, 0.95);
        }

        return shares;
    }
}
