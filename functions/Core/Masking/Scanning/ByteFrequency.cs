using System.Collections.Frozen;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>Roughly how often a byte stands in source text. It decides speed alone, never what is found.</summary>
internal static class ByteFrequency
{
    private static readonly double[] Shares = Estimate();

    public static double Of(byte value) => Shares[value];

    /// <summary>How much more often four bytes, in lower case, stand together than their own shares say.</summary>
    public static double TogetherMoreOften(string window) => Words.Contains(window) ? 1000 : 1;

    /// <summary>The four-byte pieces of words that source text is full of.</summary>
    private static readonly FrozenSet<string> Words = (
        "token private public username request response secret signature github require pass word authorization access client key code type file path text value string static return "
        + "this null true false list load line read write config main host port repository error message event tion ment ance able compile form template connection storage "
        + "page item index count begin ---- //// ==== **** .... #### ____ name test data server service user http https www .com .org .net import export function const class "
        + "internal namespace using void async await task object array number boolean default version license copyright param summary system core model view control").Split(' ')
        .Where(static word => word.Length >= 4).SelectMany(static word => Enumerable.Range(0, word.Length - 3).Select(at => word.Substring(at, 4))).ToFrozenSet(StringComparer.Ordinal);

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
