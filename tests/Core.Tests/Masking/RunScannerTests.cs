using System.Text;
using CsCheck;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class RunScannerTests
{
    [TestMethod]
    public void Scan_OfAnyWidth_FindsTheRunsThatHaveADigit()
    {
        var piece = Gen.Select(Gen.String[Gen.Char["abcXYZ_-/+.~="], 0, 70], Gen.String[Gen.Char["0189"], 0, 2], Gen.Char[" \"\n\0\u00e9:(z"], static (letters, digits, end) => letters + digits + end);
        piece.Array[0, 12].Sample(static pieces =>
        {
            var text = Encoding.Latin1.GetBytes(string.Concat(pieces));
            var expected = Naive(text);
            foreach (var width in ScanWidths.All())
            {
                using var found = new PooledList<ByteRun>();
                RunScanner.Scan(text, found, width);
                Assert.AreEqual(expected, string.Join(' ', found.Items.ToArray()), width.ToString());
            }
        });
    }

    private static string Naive(byte[] text)
    {
        var runs = new List<ByteRun>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && RunScanner.IsMember(text[at]))
            {
                at++;
            }

            var hasDigit = text[start..at].Any(static value => char.IsAsciiDigit((char)value));
            if ((at - start >= RunScanner.Shortest && hasDigit) || (at == text.Length && at > start))
            {
                runs.Add(new(start, at));
            }
        }

        return string.Join(' ', runs);
    }
}
