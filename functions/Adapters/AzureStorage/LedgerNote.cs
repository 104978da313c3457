using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>A head of the chain that was noted beside the records, and where to find it.</summary>
/// <param name="Head">The record.</param>
/// <param name="Blob">Its blob, by the number of its first record; 0 when there is no record yet.</param>
/// <param name="Line">Where a line begins, in bytes, that is the record's or one not long before it.</param>
internal sealed record LedgerNote(LedgerHead Head, long Blob, long Line)
{
    /// <summary>The note of an empty ledger.</summary>
    public static LedgerNote Empty { get; } = new(LedgerHead.Empty, 0, 0);

    /// <summary>The note's text.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Head} {Blob} {Line}"));

    /// <summary>Parses a note's text; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LedgerNote? note)
    {
        note = Encoding.ASCII.GetString(bytes).Split(' ') is [var text, var first, var start]
            && LedgerHead.TryParse(text, out var head)
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var blob)
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
                ? new LedgerNote(head, blob, line)
                : null;
        return note is not null;
    }
}
