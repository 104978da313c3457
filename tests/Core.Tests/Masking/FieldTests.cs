using System.Buffers;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class FieldTests
{
    private static readonly MaskRules Rules = MaskRules.For(new MaskingSettings { Fields = ["password", "client_secret", "pins"] }).Rules!;

    [TestMethod]
    [DataRow("""{"password":"hunter2","user":"ann"}""", """{"password":"*******","user":"ann"}""")]
    [DataRow("""{"a":{"Password" : "x"},"user":"password"}""", """{"a":{"Password" : "*"},"user":"password"}""")]
    [DataRow("""{"password":"with \"quote\" in","b":1}""", """{"password":"**xenhidmd5aavixec*","b":1}""")]
    [DataRow("""{"password":-12.50,"b":7}""", """{"password":-99.99,"b":7}""")]
    [DataRow("""{"password":null,"b":true}""", """{"password":null,"b":true}""")]
    [DataRow("""{"pins":[12,"ab",{"k":"cd","n":[3]}],"b":"e"}""", """{"pins":[99,"**",{"k":"**","n":[9]}],"b":"e"}""")]
    [DataRow("""{"text":"{\"password\":\"hunter2\",\"b\":\"c\"}","b":"e"}""", """{"text":"{\"password\":\"*******\",\"b\":\"c\"}","b":"e"}""")]
    [DataRow("""{"password":"","b":"c"}""", """{"password":"","b":"c"}""")]
    [DataRow("""{"passwords":"open"}""", """{"passwords":"open"}""")]
    public void Value_OfANamedField_IsMaskedWhateverItIs(string text, string expected)
    {
        var whole = Mask(text, int.MaxValue);
        JsonDocument.Parse(whole).Dispose();
        if (expected.Contains("xenhid", StringComparison.Ordinal))
        {
            Assert.MatchesRegex("^\\{\"password\":\"\\*\\*[^\"\\\\]{15,17}\",\"b\":1\\}$", whole);
        }
        else
        {
            Assert.AreEqual(expected, whole);
        }

        for (var size = 1; size < text.Length; size++)
        {
            Assert.AreEqual(whole, Mask(text, size), $"chunks of {size}");
        }
    }

    [TestMethod]
    public void Value_OfAThousandLines_IsMaskedToItsEnd()
    {
        var text = $"{{\"password\":\"{string.Concat(Enumerable.Repeat("line \\\"x\\\"\\n", 5000))}\",\"b\":\"open\"}}";
        var whole = Mask(text, int.MaxValue);
        using var parsed = JsonDocument.Parse(whole);
        Assert.AreEqual("open", parsed.RootElement.GetProperty("b").GetString());
        Assert.DoesNotContain("line", whole);
        foreach (var size in (int[])[7, 1000, 16_384])
        {
            Assert.AreEqual(whole, Mask(text, size), $"chunks of {size}");
        }
    }

    private static string Mask(string text, int size)
    {
        using var masker = new StreamMasker(Rules, Masked.Key, form: TextForm.Json);
        var output = new ArrayBufferWriter<byte>();
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        for (; bytes.Length > size; bytes = bytes[size..])
        {
            masker.Push(bytes[..size], end: false, output);
        }

        masker.Push(bytes, end: true, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
