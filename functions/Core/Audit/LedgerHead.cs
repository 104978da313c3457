using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CursorBroker.Core.Audit;

/// <summary>
/// A point in the chain: a record's sequence number and hash. Kept outside the ledger it is an <em>anchor</em>: since each hash covers all that
/// came before, a ledger that still holds this point was not rewritten up to it, and one that ends earlier was cut.
/// </summary>
/// <param name="Sequence">The record's number; 0 for the point before the first.</param>
/// <param name="Hash">The record's hash, 64 lower-case hex digits; zeros before the first.</param>
public sealed record LedgerHead(long Sequence, string Hash)
{
    /// <summary>The point before the first record.</summary>
    public static LedgerHead Empty { get; } = new(0, new string('0', LedgerChain.HashHexLength));

    /// <summary>Parses <c>sequence:hash</c>, the text form; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LedgerHead? head)
    {
        head = null;
        if (text?.Split(':') is [var sequence, { Length: LedgerChain.HashHexLength } hash]
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && hash.All(char.IsAsciiHexDigitLower))
        {
            head = new LedgerHead(number, hash);
        }

        return head is not null;
    }

    /// <summary><c>sequence:hash</c>, for a person to keep.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");
}
