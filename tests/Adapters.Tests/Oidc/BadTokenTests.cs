using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>Every token that must not get in, and how each is named.</summary>
[TestClass]
public sealed class BadTokenTests
{
    private static readonly Dictionary<string, (AuthenticationFailure Expected, Func<RelyingPartyFixture, string> Make)> Attacks = new()
    {
        ["empty"] = (AuthenticationFailure.Missing, _ => string.Empty),
        ["not a token"] = (AuthenticationFailure.Malformed, _ => "ghp_0000000000000000"),
        ["oversized"] = (AuthenticationFailure.Malformed, f => TestKey.Rsa.Token(f.Payload(("pad", new string('a', PresentedToken.MaxLength))))),
        ["truncated in the payload"] = (AuthenticationFailure.Malformed, f => Good(f)[..200]),
        ["truncated in the signature"] = (AuthenticationFailure.BadSignature, f => Swap(Good(f), 2, Base64Url.DecodeFromChars(Good(f).Split('.')[2])[..^1])),
        ["without signature"] = (AuthenticationFailure.BadSignature, f => Good(f)[..(Good(f).LastIndexOf('.') + 1)]),
        ["encrypted"] = (AuthenticationFailure.Malformed, f => Good(f) + ".AAAA.AAAA"),
        ["critical extension"] = (AuthenticationFailure.Malformed, f => TestKey.Rsa.Token(new { alg = "RS256", kid = "rsa-1", crit = new[] { "exp" } }, f.Payload(), "RS256")),
        ["logout token"] = (AuthenticationFailure.Malformed, f => TestKey.Rsa.Token(new { alg = "RS256", kid = "rsa-1", typ = "logout+jwt" }, f.Payload(), "RS256")),
        ["two issuers in one payload"] = (AuthenticationFailure.Malformed, f => Raw(TestKey.Rsa, $$"""{"iss":"https://evil.example","iss":"{{f.Provider.Issuer}}","aud":"broker","sub":"u1","exp":9999999999}""")),

        ["another issuer"] = (AuthenticationFailure.UnknownIssuer, f => TestKey.Rsa.Token(f.Payload(("iss", "https://evil.example")))),
        ["no issuer"] = (AuthenticationFailure.UnknownIssuer, f => TestKey.Rsa.Token(f.Payload(("iss", null)))),
        ["issuer with a slash more"] = (AuthenticationFailure.UnknownIssuer, f => TestKey.Rsa.Token(f.Payload(("iss", f.Provider.Issuer + "/")))),
        ["issuer in another case"] = (AuthenticationFailure.UnknownIssuer, f => TestKey.Rsa.Token(f.Payload(("iss", f.Provider.Issuer.ToUpperInvariant())))),
        ["issuer as a list"] = (AuthenticationFailure.UnknownIssuer, f => TestKey.Rsa.Token(f.Payload(("iss", new[] { f.Provider.Issuer })))),

        ["alg none"] = (AuthenticationFailure.AlgorithmNotAllowed, f => Unsigned(f, "none")),
        ["alg nOnE"] = (AuthenticationFailure.AlgorithmNotAllowed, f => Unsigned(f, "nOnE")),
        ["HS256 with the public key as the secret"] = (AuthenticationFailure.AlgorithmNotAllowed, HmacWithPublicKey),
        ["unknown algorithm"] = (AuthenticationFailure.AlgorithmNotAllowed, f => Unsigned(f, "XY256")),

        ["unknown key id"] = (AuthenticationFailure.UnknownKey, f => TestKey.OtherRsa.Token(f.Payload())),
        ["key id of a key of the wrong kind"] = (AuthenticationFailure.UnknownKey, f => TestKey.P256.Token(new { alg = "ES256", kid = "rsa-1" }, f.Payload(), "ES256")),
        ["ES256 with a P-384 key"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.P384).Token(new { alg = "ES256", kid = "p384" }, f.Payload(), "ES256")),
        ["RSA key of 1024 bits"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.SmallRsa).Token(f.Payload())),
        ["no key id and two keys that fit"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.OtherRsa).Token(new { alg = "RS256" }, f.Payload(), "RS256")),
        ["key for encryption"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.OtherRsa, ("use", "enc")).Token(f.Payload())),
        ["key for another algorithm"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.OtherRsa, ("alg", "PS256")).Token(f.Payload())),
        ["key whose private half is published"] = (AuthenticationFailure.UnknownKey, f => Published(f, TestKey.OtherRsa, ("d", TestKey.OtherRsa.PrivateExponent())).Token(f.Payload())),
        ["key with a symmetric secret"] = (AuthenticationFailure.AlgorithmNotAllowed, HmacWithPublishedSecret),

        ["another key under a known id"] = (AuthenticationFailure.BadSignature, f => TestKey.OtherRsa.Token(new { alg = "RS256", kid = "rsa-1" }, f.Payload(), "RS256")),
        ["another key, embedded in the header"] = (AuthenticationFailure.BadSignature, f => TestKey.OtherRsa.Token(new { alg = "RS256", kid = "rsa-1", jwk = TestKey.OtherRsa.Jwk() }, f.Payload(), "RS256")),
        ["another key, at an address in the header"] = (AuthenticationFailure.BadSignature, f => TestKey.OtherRsa.Token(
            new { alg = "RS256", kid = "rsa-1", jku = "https://evil.example/keys", x5u = "https://evil.example/cert" }, f.Payload(), "RS256")),
        ["tampered payload"] = (AuthenticationFailure.BadSignature, f => Swap(Good(f), 1, JsonSerializer.SerializeToUtf8Bytes(f.Payload(("sub", "root"))))),
        ["tampered signature"] = (AuthenticationFailure.BadSignature, f => Swap(Good(f), 2, new byte[256])),
        ["tampered header"] = (AuthenticationFailure.BadSignature, f => Swap(Good(f), 0, Encoding.UTF8.GetBytes("""{"alg":"RS384","kid":"rsa-1"}"""))),
        ["PS256 claimed, RS256 signed"] = (AuthenticationFailure.BadSignature, f => TestKey.Rsa.Token(new { alg = "PS256", kid = "rsa-1" }, f.Payload(), "RS256")),
        ["ES256 signature in DER form"] = (AuthenticationFailure.BadSignature, f => Published(f, TestKey.P256).Token(
            new { alg = "ES256", kid = "p256" }, f.Payload(), "ES256", DSASignatureFormat.Rfc3279DerSequence)),
        ["ES256 signature of zeros"] = (AuthenticationFailure.BadSignature, f => Swap(Published(f, TestKey.P256).Token(f.Payload(), "ES256"), 2, new byte[64])),

        ["expired"] = (AuthenticationFailure.Expired, f => TestKey.Rsa.Token(f.Payload(("exp", f.Time.GetUtcNow().AddSeconds(-31).ToUnixTimeSeconds())))),
        ["without end"] = (AuthenticationFailure.ClaimMissing, f => TestKey.Rsa.Token(f.Payload(("exp", null)))),
        ["not yet valid"] = (AuthenticationFailure.NotYetValid, f => TestKey.Rsa.Token(f.Payload(("nbf", f.Time.GetUtcNow().AddSeconds(31).ToUnixTimeSeconds())))),
        ["wrong audience"] = (AuthenticationFailure.WrongAudience, f => TestKey.Rsa.Token(f.Payload(("aud", "https://graph.microsoft.com")))),
        ["no audience"] = (AuthenticationFailure.WrongAudience, f => TestKey.Rsa.Token(f.Payload(("aud", null)))),
        ["client not listed"] = (AuthenticationFailure.ClientNotAllowed, f => WithClients(f).Token(f.Payload(("azp", "evil")))),
        ["no subject"] = (AuthenticationFailure.ClaimMissing, f => TestKey.Rsa.Token(f.Payload(("sub", null)))),
        ["groups left out"] = (AuthenticationFailure.ClaimMissing, f => WithGroups(f).Token(f.Payload(("_claim_names", new { groups = "src1" })))),
        ["malformed groups"] = (AuthenticationFailure.ClaimMissing, f => WithGroups(f).Token(f.Payload(("groups", 7)))),
    };

    public static IEnumerable<string> Names => Attacks.Keys;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task Authenticate_BadToken_IsRejectedByName(string attack)
    {
        using var fixture = new RelyingPartyFixture();
        var (expected, make) = Attacks[attack];
        var token = make(fixture);
        await fixture.RejectedAsync(token, expected);
    }

    [TestMethod]
    [DataRow("another issuer")]
    [DataRow("issuer in another case")]
    [DataRow("alg none")]
    [DataRow("HS256 with the public key as the secret")]
    [DataRow("encrypted")]
    [DataRow("oversized")]
    [DataRow("critical extension")]
    public async Task Authenticate_BadBeforeKeysMatter_AsksNobody(string attack)
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AskAsync(Attacks[attack].Make(fixture));
        Assert.IsEmpty(fixture.Web.Requests);
    }

    [TestMethod]
    public async Task Authenticate_BadToken_DetailHoldsNoneOfTheToken()
    {
        foreach (var (attack, (_, make)) in Attacks.Where(a => a.Key != "empty"))
        {
            using var fixture = new RelyingPartyFixture();
            var token = make(fixture);
            var rejected = Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(await fixture.AskAsync(token), attack);
            foreach (var part in token.Split('.').Where(p => p.Length > 8))
            {
                Assert.DoesNotContain(part, rejected.Detail, attack);
            }
        }
    }

    private static string Good(RelyingPartyFixture fixture) => TestKey.Rsa.Token(fixture.Payload());

    private static string Unsigned(RelyingPartyFixture fixture, string algorithm) =>
        $"{TestKey.Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm }))}.{TestKey.Encode(JsonSerializer.SerializeToUtf8Bytes(fixture.Payload()))}.";

    private static string HmacWithPublicKey(RelyingPartyFixture fixture) => Hmac(fixture, "rsa-1", TestKey.Rsa.PublicPem);

    private static string HmacWithPublishedSecret(RelyingPartyFixture fixture)
    {
        var secret = new byte[32];
        fixture.Provider.Keys.Add(new() { ["kty"] = "oct", ["kid"] = "oct-1", ["k"] = TestKey.Encode(secret) });
        return Hmac(fixture, "oct-1", secret);
    }

    private static string Hmac(RelyingPartyFixture fixture, string kid, byte[] secret)
    {
        var input = $"{TestKey.Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", kid }))}.{TestKey.Encode(JsonSerializer.SerializeToUtf8Bytes(fixture.Payload()))}";
        return $"{input}.{TestKey.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Raw(TestKey key, string payload) => key.Token(new { alg = "RS256", kid = key.Kid }, JsonDocument.Parse(payload).RootElement, "RS256");

    private static string Swap(string token, int part, byte[] bytes)
    {
        var parts = token.Split('.');
        parts[part] = TestKey.Encode(bytes);
        return string.Join('.', parts);
    }

    private static TestKey Published(RelyingPartyFixture fixture, TestKey key, params (string Member, object Value)[] changes)
    {
        var jwk = key.Jwk();
        foreach (var (member, value) in changes)
        {
            jwk[member] = value;
        }

        fixture.Provider.Keys.Add(jwk);
        return key;
    }

    private static TestKey WithClients(RelyingPartyFixture fixture)
    {
        fixture.Settings = fixture.Settings with { Clients = ["cursor"] };
        return TestKey.Rsa;
    }

    private static TestKey WithGroups(RelyingPartyFixture fixture)
    {
        fixture.Settings = fixture.Settings with { GroupsClaim = "groups" };
        return TestKey.Rsa;
    }
}
