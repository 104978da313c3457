using System.Buffers;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Core.Tests.Masking;

/// <summary>Secrets that are spelled otherwise than they are meant: each must be masked, and what holds it must stay what it is.</summary>
[TestClass]
public sealed class HiddenSecretTests
{
    private const string Token = "ghp_Zk3vQ8LmX2rT9wYb5NcJ7hFd1GsPa4Ue6KiO";

    private static readonly string Key = "-----BEGIN RSA PRIVATE KEY-----\n"
        + string.Concat(Enumerable.Range(0, 24).Select(static i => $"MIIEow{i:D2}BAAKCAQEAx8Qf3zTgRk1mVb5Yc7nJdPq2sLhWuE9oXa6KtGi4MvBzNy\n")) + "-----END RSA PRIVATE KEY-----\n";

    public static IEnumerable<object[]> Spellings() =>
    [
        ["\\u escapes of all", string.Concat(Token.Select(static c => $"\\u{(int)c:x4}"))],
        ["\\u escape of one", Token.Replace("v", "\\u0076", StringComparison.Ordinal)],
        ["\\x escape of one", Token.Replace("v", "\\x76", StringComparison.Ordinal)],
        ["percent-encoded underscore", Token.Replace("_", "%5F", StringComparison.Ordinal)],
        ["percent-encoded letters", string.Concat(Token.Select(static c => $"%{(int)c:X2}"))],
        ["zero-width spaces", string.Join('\u200b', Token.ToCharArray())],
        ["byte order mark within", Token.Insert(20, "\ufeff")],
        ["escaped zero-width space", Token.Insert(20, "\\u200b")],
        ["soft hyphen", Token.Insert(9, "\u00ad")],
    ];

    [TestMethod]
    [DynamicData(nameof(Spellings))]
    public void Token_SpelledOtherwise_IsMaskedHoweverItIsCut(string how, string spelled)
    {
        var text = $"x = \"{spelled}\";\n";
        var masked = Same(text, TextForm.Text);
        Assert.DoesNotContain(spelled[20..], masked, how);
        Assert.StartsWith("x = \"", masked);
        Assert.EndsWith("\";\n", masked);
    }

    [TestMethod]
    public void Token_InQuotedJsonWithinJson_IsMaskedAndBothStayJson()
    {
        var inner = JsonSerializer.Serialize(new Dictionary<string, string> { ["a"] = "line\n" + Token, ["b"] = "\"quoted\"" });
        var text = JsonSerializer.Serialize(new Dictionary<string, string> { ["body"] = inner });
        var masked = Same(text, TextForm.Json);
        Assert.DoesNotContain(Token[8..], masked);
        using var outer = JsonDocument.Parse(masked);
        using var again = JsonDocument.Parse(outer.RootElement.GetProperty("body").GetString()!);
        Assert.StartsWith("line\nghp_****", again.RootElement.GetProperty("a").GetString()!);
        Assert.AreEqual("\"quoted\"", again.RootElement.GetProperty("b").GetString());
    }

    [TestMethod]
    public void PrivateKey_InJson_IsMaskedToItsEndAndNotBeyondItsString()
    {
        var text = JsonSerializer.Serialize(new Dictionary<string, string> { ["key"] = Key, ["name"] = "plain" });
        var masked = Same(text, TextForm.Json);
        using var parsed = JsonDocument.Parse(masked);
        Assert.AreEqual("plain", parsed.RootElement.GetProperty("name").GetString());
        Assert.DoesNotContain("x8Qf3zTg", parsed.RootElement.GetProperty("key").GetString()!);
    }

    [TestMethod]
    [DataRow(60, "\n")]
    [DataRow(76, "\r\n")]
    [DataRow(64, "\n    ")]
    [DataRow(100_000, "")]
    public void Contents_InBase64_AreMaskedAndDecodeToTheSameLength(int line, string separator)
    {
        var file = $"first line of a file\n# comment {new string('-', 900)}\ntoken: {Token}\nmore text\n" + Key + string.Concat(Enumerable.Repeat("nothing here to see\n", 1000)) + Token + "\nend";
        var encoded = string.Join(separator, Convert.ToBase64String(Encoding.UTF8.GetBytes(file)).Chunk(line).Select(static chunk => new string(chunk)));
        var text = JsonSerializer.Serialize(new Dictionary<string, object> { ["size"] = file.Length, ["encoding"] = "base64", ["content"] = encoded, ["sha"] = "95b966ae1c166bd92f8ae7d1c313e738c731dfc3" });
        var masked = Same(text, TextForm.Json);
        using var parsed = JsonDocument.Parse(masked);
        Assert.AreEqual("95b966ae1c166bd92f8ae7d1c313e738c731dfc3", parsed.RootElement.GetProperty("sha").GetString());
        var content = parsed.RootElement.GetProperty("content").GetString()!;
        Assert.HasCount(encoded.Length, content);
        Assert.MatchesRegex("^[A-Za-z0-9+/=\\s]*$", content);
        var decoded = Encoding.UTF8.GetString(Convert.FromBase64String(content));
        Assert.AreEqual(file.Length, decoded.Length);
        Assert.DoesNotContain(Token[8..], decoded);
        Assert.DoesNotContain("x8Qf3zTg", decoded);
        Assert.StartsWith("first line of a file\n# comment", decoded);
        Assert.Contains("\ntoken: ghp_****", decoded);
        Assert.EndsWith("nothing here to see\n" + decoded[^44..^4] + "\nend", decoded);
        Assert.AreEqual(file.Split('\n').Length, decoded.Split('\n').Length);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Token_InOneLineOfBase64_IsMaskedWhereverItsQuantumBegins(int shift)
    {
        var secret = new string('a', shift) + " " + Token;
        foreach (var encoded in (string[])[Convert.ToBase64String(Encoding.ASCII.GetBytes(secret)), Convert.ToBase64String(Encoding.ASCII.GetBytes(secret)).TrimEnd('=').Replace('+', '-').Replace('/', '_')])
        {
            var masked = Same($"data:text/plain;base64,{encoded} and more", TextForm.Text);
            var inner = masked["data:text/plain;base64,".Length..^" and more".Length];
            var decoded = Encoding.ASCII.GetString(Convert.FromBase64String(inner.Replace('-', '+').Replace('_', '/').PadRight((inner.Length + 3) / 4 * 4, '=')));
            Assert.StartsWith(new string('a', shift) + " ghp_****", decoded);
            Assert.DoesNotContain(Token[8..], decoded);
        }
    }

    [TestMethod]
    public void Token_DeepInABinaryFileInBase64_IsMasked()
    {
        var file = new byte[3000];
        new Random(7).NextBytes(file);
        Encoding.ASCII.GetBytes("\0" + Token + "\0").CopyTo(file, 1500);
        var masked = Same(Convert.ToBase64String(file), TextForm.Text);
        var decoded = Convert.FromBase64String(masked);
        Assert.AreEqual(-1, decoded.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Token[8..])));
        Assert.IsTrue(file.AsSpan(0, 1499).SequenceEqual(decoded.AsSpan(0, 1499)));
        Assert.IsTrue(file.AsSpan(1600).SequenceEqual(decoded.AsSpan(1600)));
    }

    [TestMethod]
    [DataRow('+')]
    [DataRow('-')]
    [DataRow(' ')]
    public void PrivateKey_InADiff_IsMasked(char mark)
    {
        var diff = "@@ -1,3 +1,30 @@\n" + string.Concat(Key.TrimEnd('\n').Split('\n').Select(line => mark + line + "\n")) + " context\n";
        var masked = Same(diff, TextForm.Text);
        Assert.DoesNotContain("x8Qf3zTg", masked);
        Assert.AreEqual(diff.Count(static c => c == '\n'), masked.Count(static c => c == '\n'));
    }

    [TestMethod]
    public void Events_OfAStream_AreMaskedEach()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"event: message\ndata: {{\"n\":{i},\"text\":\"say {Token}\"}}\n\n"));
        Assert.DoesNotContain(Token[8..], Same(text, TextForm.Text));
    }

    [TestMethod]
    public void Token_AtTheVeryStartAndEnd_IsMasked()
    {
        var masked = Same(Token + " " + Token, TextForm.Text);
        Assert.DoesNotContain(Token[8..], masked);
        Assert.AreEqual(masked[..40], masked[41..]);
    }

    [TestMethod]
    public void Masks_InManyPlaces_AreAllThere()
    {
        var text = string.Concat(Enumerable.Repeat(Token + "\n", 100_000));
        var (masked, findings) = Cut(text, 65_536, TextForm.Text);
        Assert.DoesNotContain(Token[8..], masked);
        Assert.AreEqual(100_000, findings);
    }

    [TestMethod]
    [DataRow(false, true)]
    [DataRow(true, true)]
    [DataRow(false, false)]
    [DataRow(true, false)]
    public void Token_InUtf16_IsMaskedAndTheRestUnharmed(bool bigEndian, bool mark)
    {
        var encoding = new UnicodeEncoding(bigEndian, mark);
        var text = $"a file of this kind, with {(mark ? "\u00e9\u4e2d\ud83d\ude00" : "no")} other letters\ntoken {Token}\nend";
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        foreach (var size in (int[])[1, 2, 3, 31, 32, 33, 100_000])
        {
            using var masker = new StreamMasker(MaskRules.Default, Masked.Key);
            var output = new ArrayBufferWriter<byte>();
            foreach (var chunk in bytes.Chunk(size))
            {
                masker.Push(chunk, end: false, output);
            }

            masker.Push([], end: true, output);
            Assert.AreEqual(bytes.Length, output.WrittenCount);
            var masked = encoding.GetString(output.WrittenSpan[encoding.GetPreamble().Length..]);
            Assert.StartsWith(text[..text.IndexOf("ghp_", StringComparison.Ordinal)] + "ghp_****", masked);
            Assert.EndsWith("\nend", masked);
            Assert.DoesNotContain(Token[8..], masked);
        }
    }

    [TestMethod]
    public void Bytes_OfEveryKind_PassUnharmedHoweverTheyAreCut()
    {
        var bytes = new byte[40_000];
        new Random(3).NextBytes(bytes);
        foreach (var beginning in (byte[][])[[], [0xFF, 0xFE], [0xFE, 0xFF], [0], [0, 0], [0x41, 0]])
        {
            beginning.CopyTo(bytes, 0);
            foreach (var size in (int[])[1, 3, 4097, 40_000])
            {
                using var masker = new StreamMasker(MaskRules.Default, Masked.Key);
                var output = new ArrayBufferWriter<byte>();
                foreach (var chunk in bytes.Chunk(size))
                {
                    masker.Push(chunk, end: false, output);
                }

                masker.Push([], end: true, output);
                Assert.IsTrue(output.WrittenSpan.SequenceEqual(bytes));
            }
        }
    }

    /// <summary>The text masked whole; every other way to cut it must give the same.</summary>
    private static string Same(string text, TextForm form)
    {
        var (whole, findings) = Cut(text, int.MaxValue, form);
        Assert.IsGreaterThan(0, findings, "nothing was found");
        foreach (var size in (int[])[1, 2, 3, 7, 61, 1000, 4096, 16_384, 20_000])
        {
            if (text.Length / size < 12_000)
            {
                Assert.AreEqual((whole, findings), Cut(text, size, form), $"chunks of {size}");
            }
        }

        for (var at = 1; at < text.Length; at += 1 + (text.Length / 300))
        {
            Assert.AreEqual((whole, findings), Cut(text, at, form, once: true), $"cut at {at}");
        }

        return whole;
    }

    private static (string Text, int Findings) Cut(string text, int size, TextForm form, bool once = false)
    {
        using var masker = new StreamMasker(MaskRules.Default, Masked.Key, form: form);
        var output = new ArrayBufferWriter<byte>();
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (bytes.Length > size)
        {
            masker.Push(bytes[..size], end: false, output);
            bytes = bytes[size..];
            size = once ? int.MaxValue : size;
        }

        masker.Push(bytes, end: true, output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), masker.Findings.Count);
    }
}
