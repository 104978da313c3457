using System.Buffers.Text;
using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class UnverifiedTokenTests
{
    private const string GoodHeader = """{"alg":"RS256","kid":"k1","typ":"JWT"}""";
    private const string GoodPayload = """{"iss":"https://i"}""";

    [TestMethod]
    [DataRow(GoodHeader)]
    [DataRow("""{"alg":"RS256"}""")]
    [DataRow("""{"alg":"none"}""", DisplayName = "what the algorithm is worth is asked elsewhere")]
    [DataRow("""{"alg":"RS256","typ":"at+jwt"}""")]
    [DataRow("""{"alg":"RS256","typ":"application/at+JWT"}""")]
    [DataRow("""{"alg":"RS256","jku":"https://evil","jwk":{"kty":"oct","k":"AA"},"x5u":"https://evil","x5c":["AA"]}""", DisplayName = "embedded keys are not looked at")]
    public void TryParse_GoodHeader_IsTakenApart(string header)
    {
        Assert.IsTrue(UnverifiedToken.TryParse(Join(header, GoodPayload), out var token, out _));
        Assert.AreEqual("https://i", token.Claims.Text("iss"));
    }

    [TestMethod]
    [DataRow("""{"alg":"RS256","crit":["exp"],"exp":1}""", DisplayName = "critical extension")]
    [DataRow("""{"alg":"RS256","crit":[]}""", DisplayName = "empty list of critical extensions")]
    [DataRow("""{"alg":"RS256","b64":false,"crit":["b64"]}""", DisplayName = "unencoded payload")]
    [DataRow("""{"alg":"RS256","typ":"logout+jwt"}""", DisplayName = "logout token")]
    [DataRow("""{"alg":"RS256","typ":"dpop+jwt"}""", DisplayName = "proof, not a token")]
    [DataRow("""{"alg":"RS256","typ":7}""", DisplayName = "type is a number")]
    [DataRow("""{"kid":"k1"}""", DisplayName = "no algorithm")]
    [DataRow("""{"alg":["RS256"]}""", DisplayName = "algorithm is an array")]
    [DataRow("""{"alg":"RS256","kid":["k1"]}""", DisplayName = "key id is an array")]
    [DataRow("""{"alg":"RS256","alg":"none"}""", DisplayName = "two algorithms")]
    [DataRow("""{"alg":"none","\u0061lg":"RS256"}""", DisplayName = "two algorithms, one spelled with an escape")]
    [DataRow("""["RS256"]""", DisplayName = "not an object")]
    [DataRow("", DisplayName = "empty header")]
    [DataRow("""{"alg":"RS256"}{}""", DisplayName = "something after the object")]
    public void TryParse_BadHeader_IsRefused(string header) =>
        Assert.IsFalse(UnverifiedToken.TryParse(Join(header, GoodPayload), out _, out _));

    [TestMethod]
    [DataRow("""{"iss":"https://a","iss":"https://b"}""", DisplayName = "two issuers")]
    [DataRow("""{"sub":"\ud800"}""", DisplayName = "lone surrogate")]
    [DataRow("""{"\udfff":1}""", DisplayName = "lone surrogate in a name")]
    [DataRow("""[1]""", DisplayName = "array")]
    [DataRow("""{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""", DisplayName = "too deep")]
    [DataRow("""{"iss":"x",}""", DisplayName = "trailing comma")]
    [DataRow("""{"iss":"x"} // hi""", DisplayName = "comment")]
    public void TryParse_BadPayload_IsRefused(string payload) =>
        Assert.IsFalse(UnverifiedToken.TryParse(Join(GoodHeader, payload), out _, out _));

    [TestMethod]
    [DataRow("{0}.{1}", DisplayName = "two parts")]
    [DataRow("{0}.{1}.AA.AA", DisplayName = "four parts")]
    [DataRow("{0}.AA.AA.AA.AA", DisplayName = "encrypted (five parts)")]
    [DataRow("{0}.{1}.A", DisplayName = "signature cut to an impossible length")]
    [DataRow("{0}.{1}.A+/=", DisplayName = "plain base64")]
    [DataRow("{0}. {1}.AAAA", DisplayName = "white space")]
    [DataRow("{0}.{1}\n.AAAA", DisplayName = "newline")]
    [DataRow("..", DisplayName = "empty parts")]
    [DataRow("x", DisplayName = "one part")]
    public void TryParse_BadShape_IsRefused(string shape)
    {
        var text = shape.Replace("{0}", Encode(GoodHeader), StringComparison.Ordinal).Replace("{1}", Encode(GoodPayload), StringComparison.Ordinal);
        Assert.IsFalse(UnverifiedToken.TryParse(text, out _, out _));
    }

    [TestMethod]
    public void TryParse_InvalidUtf8_IsRefused() =>
        Assert.IsFalse(UnverifiedToken.TryParse($"{Encode(GoodHeader)}.{Base64Url.EncodeToString([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}'])}.AAAA", out _, out _));

    [TestMethod]
    public void TryParse_LongerThanTheCap_IsRefusedUnparsed()
    {
        var text = Join(GoodHeader, $$"""{"iss":"{{new string('a', PresentedToken.MaxLength)}}"}""");
        Assert.IsFalse(UnverifiedToken.TryParse(text, out _, out var problem));
        Assert.AreEqual("token too long", problem);
    }

    [TestMethod]
    [DataRow("none")]
    [DataRow("None")]
    [DataRow("HS256")]
    [DataRow("rs256")]
    [DataRow("RS1")]
    [DataRow("EdDSA")]
    [DataRow("ES256K")]
    [DataRow("RSA-OAEP")]
    public void SigningAlgorithm_OutsideTheNine_IsNotFound(string name) => Assert.IsNull(SigningAlgorithm.Find(name));

    [TestMethod]
    [DataRow("RS256", null)]
    [DataRow("RS384", null)]
    [DataRow("RS512", null)]
    [DataRow("PS256", null)]
    [DataRow("PS384", null)]
    [DataRow("PS512", null)]
    [DataRow("ES256", "P-256")]
    [DataRow("ES384", "P-384")]
    [DataRow("ES512", "P-521")]
    public void SigningAlgorithm_OfTheNine_KnowsItsCurve(string name, string? curve) => Assert.AreEqual(curve, SigningAlgorithm.Find(name)?.Curve);

    private static string Join(string header, string payload) => $"{Encode(header)}.{Encode(payload)}.AAAA";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
