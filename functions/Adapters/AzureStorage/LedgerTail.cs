using System.Globalization;
using Azure;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>The end of the chain as somebody has read and verified it: where the next append goes, and under which conditions.</summary>
/// <param name="Blob">The blob, by the number of its first record; 0 before there is any.</param>
/// <param name="Limit">Appends that it takes, as it was made.</param>
/// <param name="Appends">Appends that it has.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="ETag">Its version at that length.</param>
/// <param name="Head">The newest record, in this blob or the one before.</param>
/// <param name="Line">Where a line begins that is the newest record's or one not long before it.</param>
internal sealed record LedgerTail(long Blob, int Limit, int Appends, long Length, ETag ETag, LedgerHead Head, long Line)
{
    /// <summary>Appends a blob takes unless told otherwise.</summary>
    public const int DefaultAppends = 40_000;

    private const string NamePrefix = "ledger-";
    private const string NameEnding = ".jsonl";
    private const string NumberFormat = "D19";

    /// <summary>Before the first blob.</summary>
    public static LedgerTail Beginning { get; } = new(0, 0, 0, 0, default, LedgerHead.Empty, 0);

    /// <summary>
    /// Whether the next record goes into a blob of its own. Everybody who appends knows the number of appends, since each is made under the
    /// condition that nothing came between; so a full blob never gets one more, and the next blob's name is the same for all.
    /// </summary>
    public bool IsFull => Appends >= Limit;

    /// <summary>Whether a blob may be made for so many appends. The service's own limit is 50,000.</summary>
    public static bool IsPossible(int appends) => appends is >= 1 and <= 49_000;

    /// <summary>A blob's name; in order of names the blobs are in order.</summary>
    /// <param name="first">The number of its first record.</param>
    public static string NameOf(long first) => $"{NamePrefix}{first.ToString(NumberFormat, CultureInfo.InvariantCulture)}{NameEnding}";

    /// <summary>The number in a blob's name; null when the name is none of ours.</summary>
    public static long? FirstIn(string name) =>
        name.StartsWith(NamePrefix, StringComparison.Ordinal)
        && name.EndsWith(NameEnding, StringComparison.Ordinal)
        && name.Length > NamePrefix.Length + NameEnding.Length
        && long.TryParse(name[NamePrefix.Length..^NameEnding.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && NameOf(first) == name
            ? first
            : null;
}
