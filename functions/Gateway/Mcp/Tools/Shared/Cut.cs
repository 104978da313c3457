using System.Text;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>A piece of something long, which ends where a line does if it can, and never within a character.</summary>
/// <param name="Text">The piece.</param>
/// <param name="From">Where it begins, in bytes.</param>
/// <param name="End">Where it ends, in bytes: the next piece begins there.</param>
/// <param name="Whole">How many bytes there are.</param>
internal sealed record Cut(string Text, long From, long End, long Whole)
{
    /// <summary>Bytes of a piece unless told otherwise.</summary>
    public const int Usual = 40_000;

    /// <summary>Most bytes of a piece.</summary>
    public const int Most = 200_000;

    /// <summary>Whether it is less than everything.</summary>
    public bool IsPartial => From > 0 || End < Whole;

    /// <summary>Whether there is more behind it.</summary>
    public bool HasMore => End < Whole;

    /// <summary>A piece of UTF-8 text. What is no UTF-8 is read as replacement characters.</summary>
    /// <param name="all">All of it.</param>
    /// <param name="from">Where to begin; moved back to where a character begins.</param>
    /// <param name="most">How many bytes at most.</param>
    public static Cut Of(ReadOnlySpan<byte> all, long from, int most)
    {
        var start = (int)Math.Min(from, all.Length);
        while (start > 0 && start < all.Length && IsInside(all[start]))
        {
            start--;
        }

        var end = Math.Min(all.Length, start + most);
        if (end < all.Length)
        {
            var line = all[start..end].LastIndexOf((byte)'\n');
            if (line > most / 2)
            {
                end = start + line + 1;
            }

            // A character has at most four bytes, so that there is always something left of the piece.
            for (var back = 0; back < 3 && end > start + 1 && IsInside(all[end]); back++)
            {
                end--;
            }
        }

        return new(Encoding.UTF8.GetString(all[start..end]), start, end, all.Length);
    }

    private static bool IsInside(byte one) => (one & 0xC0) == 0x80;
}
