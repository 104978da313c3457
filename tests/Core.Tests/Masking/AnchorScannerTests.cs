using System.Text;
using CsCheck;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class AnchorScannerTests
{
    [TestMethod]
    public void Scan_OfAnyWidth_FindsWhatTheScalarOneFinds()
    {
        var letter = Gen.Char['a', 'd'];
        var literal = Gen.Select(Gen.String[letter, 3, 6], Gen.Bool);
        var text = Gen.String[Gen.Frequency((4, letter), (1, Gen.Char['A', 'D']), (1, Gen.Char['\0', '\u00ff'])), 0, 300];
        Gen.Select(literal.Array[1, 40], text, Gen.Int[0, 64]).Sample((literals, haystack, skip) =>
        {
            var wanted = literals.Select(static item => new Literal(Encoding.Latin1.GetBytes(item.Item1), item.Item2)).ToList();
            var bytes = Encoding.Latin1.GetBytes(haystack).AsSpan(Math.Min(skip, haystack.Length)).ToArray();
            var expected = Naive(literals, Encoding.Latin1.GetString(bytes));
            Assert.AreEqual(expected, Sightings(wanted, bytes, ScanWidth.Scalar));
            foreach (var width in ScanWidths.All())
            {
                Assert.AreEqual(expected, Sightings(wanted, bytes, width), width.ToString());
            }
        });
    }

    private static string Sightings(List<Literal> literals, byte[] text, ScanWidth width)
    {
        using var found = new PooledList<Sighting>();
        new AnchorScanner(literals, width).Scan(text, found);
        return string.Join(' ', found.Items.ToArray().OrderBy(static item => item.At).ThenBy(static item => item.Literal).Select(static item => $"{item.At}:{item.Literal}"));
    }

    private static string Naive((string Text, bool IgnoreCase)[] literals, string text) => string.Join(
        ' ',
        from at in Enumerable.Range(0, text.Length)
        from index in Enumerable.Range(0, literals.Length)
        let folded = literals[index].IgnoreCase ? new string([.. text.Select(static c => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c)]) : text
        where string.CompareOrdinal(folded, at, literals[index].Text, 0, literals[index].Text.Length) == 0
        select $"{at}:{index}");
}
