using System.Buffers;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Masking;

/// <summary>Texts made to get a secret past the masker, to break what it writes, or to keep it busy.</summary>
[TestClass]
public sealed class AttackTests
{
    private const string Token = "ghp_Zk3vQ8LmX2rT9wYb5NcJ7hFd1GsPa4Ue6KiO";

    public static IEnumerable<object[]> Endless() =>
    [
        ["zero-width spaces", "\u200b"],
        ["escaped zero-width spaces", "\\u200b"],
        ["soft hyphens", "\u00ad"],
        ["zeros", "\0"],
        ["a letter in hidden characters", "a\\u200b\\u200b\\u200b\\u200b"],
        ["backslashes", "\\"],
        ["quotes behind backslashes", "\\\""],
        ["percent signs", "%"],
        ["half escapes", "\\u00"],
        ["digits", "1"],
        ["base64 without an end", "QUFB"],
        ["lines of base64", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n"],
        ["equal signs", "="],
        ["stars", "*"],
        ["halves of characters", "\u00e9"],
    ];

    [TestMethod]
    [DynamicData(nameof(Endless))]
    public void Text_WithoutAnEnd_PassesAndWhatFollowsIsMasked(string what, string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 120_000 / piece.Length)) + "\n\"password\": 1\n" + Token + "\n";
        var fields = MaskRules.For(new MaskingSettings { Fields = ["password"] }).Rules!;
        foreach (var form in (TextForm[])[TextForm.Text, TextForm.Json])
        {
            var masked = Mask(text, 16_384, rules: fields, form: form);
            Assert.HasCount(Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetBytes(masked), what);
            Assert.DoesNotContain(Token[8..], masked, what);
        }
    }

    [TestMethod]
    public void Number_OfANamedField_WithoutAnEnd_IsMaskedToItsEnd()
    {
        var fields = MaskRules.For(new MaskingSettings { Fields = ["password"] }).Rules!;
        var masked = Mask("{\"password\":" + new string('1', 100_000) + ",\"b\":1}", 5000, rules: fields, form: TextForm.Json);
        Assert.AreEqual("{\"password\":" + new string('9', 100_000) + ",\"b\":1}", masked);
    }

    [TestMethod]
    [DataRow("""{"password":"C:\\","user":"bob"}""")]
    [DataRow("""{"password":"a\\\"b\\\\","user":"bob"}""")]
    [DataRow("""{"text":"{\"password\":\"C:\\\\\",\"b\":\"c\"}","user":"bob"}""")]
    public void Quote_BehindBackslashes_EndsTheValue(string text)
    {
        var fields = MaskRules.For(new MaskingSettings { Fields = ["password"] }).Rules!;
        using var parsed = JsonDocument.Parse(Mask(text, int.MaxValue, rules: fields, form: TextForm.Json));
        Assert.AreEqual("bob", parsed.RootElement.GetProperty("user").GetString());
    }

    [TestMethod]
    public void Key_WhoseStringEndsBehindABackslash_LeavesJson()
    {
        var text = "{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIB\\\\\",\"b\":1}";
        using var parsed = JsonDocument.Parse(Mask(text, int.MaxValue, form: TextForm.Json));
        Assert.AreEqual(1, parsed.RootElement.GetProperty("b").GetInt32());
    }

    [TestMethod]
    [DataRow("\ufeff\n", "UTF-16's mark before ASCII")]
    [DataRow("\u0100\u0200", "zeros before ASCII")]
    public void Ascii_BehindWhatLooksLikeUtf16_IsMasked(string beginning, string how)
    {
        byte[] bytes = [.. Encoding.Unicode.GetBytes(beginning), .. Encoding.ASCII.GetBytes("token=" + Token)];
        Assert.DoesNotContain(Token[8..], Encoding.Latin1.GetString(Mask(bytes, int.MaxValue)), how);
    }

    [TestMethod]
    public void Contents_InUtf16InBase64_AreMasked()
    {
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes("$token = '" + Token + "'\r\n")];
            var masked = Convert.FromBase64String(Mask(Convert.ToBase64String(file), int.MaxValue));
            Assert.DoesNotContain(Token[8..], encoding.GetString(masked));
            Assert.StartsWith("$token = '", encoding.GetString(masked.AsSpan(2)));
        }
    }

    [TestMethod]
    public void Contents_WithEscapesInBase64_AreMasked()
    {
        var file = "{ \"token\": \"" + Token.Replace("v", "\\u0076", StringComparison.Ordinal) + "\" }";
        var masked = Encoding.ASCII.GetString(Convert.FromBase64String(Mask(Convert.ToBase64String(Encoding.ASCII.GetBytes(file)), int.MaxValue)));
        Assert.DoesNotContain("LmX2rT9wYb5NcJ7hFd1GsPa4", masked);
        Assert.HasCount(file.Length, masked);
    }

    [TestMethod]
    public void KnownSecret_InLinesOfBase64_IsMaskedWhereverItStands()
    {
        var time = new FakeTimeProvider();
        var known = new KnownSecrets(time);
        const string Value = "h7Gf2kQ9zX4cV1bN-8mL.5pR3t";
        Assert.IsTrue(known.TryAdd(Value, time.GetUtcNow().AddHours(1)));
        for (var shift = 0; shift < 60; shift++)
        {
            var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('-', 40 + shift) + Value + new string('-', 90)));
            var text = JsonSerializer.Serialize(string.Join('\n', encoded.Chunk(60).Select(static line => new string(line))));
            var back = JsonSerializer.Deserialize<string>(Mask(text, 50, known: known, form: TextForm.Json))!;
            Assert.DoesNotContain(Value[4..20], Encoding.ASCII.GetString(Convert.FromBase64String(back)), $"{shift}");
        }
    }

    [TestMethod]
    public void KnownSecret_WithEscapesOfItsOwn_IsMasked()
    {
        var time = new FakeTimeProvider();
        var known = new KnownSecrets(time);
        Assert.IsTrue(known.TryAdd("h7Gf2kQ9zX4/V1bN8mL5pR3t", time.GetUtcNow().AddHours(1)));
        Assert.DoesNotContain("V1bN8mL5", Mask("x h7Gf2kQ9zX4\\/V1b\u200bN8mL5pR3t y", int.MaxValue, known: known));
    }

    [TestMethod]
    public void Scan_WithARuleThatBlocks_GoesOnToTheMaskBehindIt()
    {
        var rules = MaskRules.For(new MaskingSettings { Action = MaskAction.Block }).Rules!;
        var mask = Mask(Token, int.MaxValue);
        var found = new SecretScanner(rules, Masked.Root).Scan(Encoding.ASCII.GetBytes("old " + Token + "\nnew " + mask + "\n"));
        Assert.Contains(SecretScanner.MarkRuleId, found.Select(static finding => finding.RuleId).ToList());
    }

    [TestMethod]
    public void Mask_BeforeStarsWithoutAnEnd_IsRecognised()
    {
        var mask = Mask(Token, int.MaxValue);
        using var scan = new SecretScanner(MaskRules.Default, Masked.Root).Begin();
        foreach (var chunk in Encoding.ASCII.GetBytes("a " + mask + new string('*', 60_000)).Chunk(16_384))
        {
            scan.Push(chunk, end: false);
        }

        scan.Push([], end: true);
        Assert.Contains(SecretScanner.MarkRuleId, scan.Findings.Select(static finding => finding.RuleId).ToList());
    }

    [TestMethod]
    [DataRow("\\u0067\\u0068", "JSON's escapes")]
    [DataRow("%67%68", "percent-encoding")]
    public void Mask_SpelledOtherwise_IsRecognised(string spelled, string how)
    {
        // The mask itself, its letters spelled as the row says.
        _ = spelled;
        var mask = Mask(Token, int.MaxValue)[4..];
        var written = string.Concat(mask.Select(letter => spelled[0] == '%' ? $"%{(int)letter:X2}" : $"\\u{(int)letter:x4}"));
        var found = new SecretScanner(MaskRules.Default, Masked.Root).Scan(Encoding.ASCII.GetBytes(how.StartsWith("JSON", StringComparison.Ordinal) ? written : mask[..4] + written[12..]));
        Assert.Contains(SecretScanner.MarkRuleId, found.Select(static finding => finding.RuleId).ToList());
    }

    private static string Mask(string text, int size, MaskRules? rules = null, KnownSecrets? known = null, TextForm form = TextForm.Text) =>
        Encoding.UTF8.GetString(Mask(Encoding.UTF8.GetBytes(text), size, rules, known, form));

    private static byte[] Mask(byte[] text, int size, MaskRules? rules = null, KnownSecrets? known = null, TextForm form = TextForm.Text)
    {
        using var masker = new StreamMasker(rules ?? MaskRules.Default, Masked.Key, known, form);
        var output = new ArrayBufferWriter<byte>();
        var rest = text.AsSpan();
        for (; rest.Length > size; rest = rest[size..])
        {
            masker.Push(rest[..size], end: false, output);
        }

        masker.Push(rest, end: true, output);
        return output.WrittenSpan.ToArray();
    }
}
