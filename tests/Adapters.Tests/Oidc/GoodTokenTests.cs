using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Tests.Oidc;

[TestClass]
public sealed class GoodTokenTests
{
    [TestMethod]
    [DataRow("RS256")]
    [DataRow("RS384")]
    [DataRow("RS512")]
    [DataRow("PS256")]
    [DataRow("PS384")]
    [DataRow("PS512")]
    [DataRow("ES256")]
    [DataRow("ES384")]
    [DataRow("ES512")]
    public async Task Authenticate_EachAllowedAlgorithm_IsAccepted(string algorithm)
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Keys = [TestKey.Rsa.Jwk(), TestKey.P256.Jwk(), TestKey.P384.Jwk(), TestKey.P521.Jwk()];
        var key = algorithm switch { "ES256" => TestKey.P256, "ES384" => TestKey.P384, "ES512" => TestKey.P521, _ => TestKey.Rsa };
        var caller = await fixture.AcceptedAsync(key.Token(fixture.Payload(), algorithm));
        Assert.AreEqual(new PersonId(fixture.Provider.Issuer, "u1"), caller.Person);
    }

    [TestMethod]
    public async Task Authenticate_NoKeyIdAndOneKeyThatFits_IsAccepted()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Keys.Add(TestKey.P256.Jwk());
        await fixture.AcceptedAsync(TestKey.Rsa.Token(new { alg = "RS256" }, fixture.Payload(), "RS256"));
    }

    [TestMethod]
    public async Task Authenticate_OneBadKeyAmongTheIssuers_DoesNotSpoilTheOthers()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.Keys.InsertRange(0,
        [
            new() { ["kty"] = "RSA", ["kid"] = "x1", ["n"] = "!!", ["e"] = "AQAB" },
            new() { ["kty"] = "RSA", ["kid"] = "x2" },
            new() { ["kty"] = "EC", ["kid"] = "x3", ["crv"] = "P-256", ["x"] = "AAAA", ["y"] = "AAAA" },
            new() { ["kty"] = "EC", ["kid"] = "x4", ["crv"] = "secp256k1", ["x"] = "AAAA", ["y"] = "AAAA" },
            new() { ["kty"] = "OKP", ["kid"] = "x5", ["crv"] = "Ed25519", ["x"] = "AAAA" },
        ]);
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }

    [TestMethod]
    public async Task Authenticate_TwoIssuersListed_EachByItsOwnKeys()
    {
        using var fixture = new RelyingPartyFixture();
        var other = new FakeIssuer(fixture.Web, "https://ci.example") { Keys = [TestKey.OtherRsa.Jwk()] };
        IssuerSettings[] listed =
        [
            fixture.Settings,
            new() { Issuer = other.Issuer, Audiences = ["broker"], Workloads = new WorkloadRule(Always: true) },
        ];

        var good = await fixture.Authenticator.AuthenticateAsync(
            new PresentedToken(TestKey.OtherRsa.Token(fixture.Payload(("iss", other.Issuer)))), listed, CancellationToken.None);
        Assert.AreEqual(CallerKind.Workload, Assert.IsInstanceOfType<AuthenticationOutcome.Authenticated>(good).Caller.Kind);

        // The first issuer's key does not speak for the second, nor the other way round.
        var crossed = await fixture.Authenticator.AuthenticateAsync(
            new PresentedToken(TestKey.Rsa.Token(fixture.Payload(("iss", other.Issuer)))), listed, CancellationToken.None);
        Assert.AreEqual(AuthenticationFailure.UnknownKey, Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(crossed).Failure);
    }

    [TestMethod]
    public async Task Authenticate_GroupsByIds_AreNamed()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Settings = fixture.Settings with
        {
            GroupsClaim = "groups",
            GroupNames = ImmutableDictionary<string, string>.Empty.Add("id-1", "payments-dev"),
        };
        var caller = await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload(("groups", new[] { "id-1", "id-2" }))));
        Assert.AreSequenceEqual(["id-2", "payments-dev"], caller.Groups.Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Authenticate_ClockOfTheMachine_DoesNotMatter()
    {
        using var fixture = new RelyingPartyFixture();
        var token = TestKey.Rsa.Token(fixture.Payload());
        await fixture.AcceptedAsync(token);
        fixture.Time.Advance(TimeSpan.FromSeconds(3600 + 29));
        await fixture.AcceptedAsync(token);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.RejectedAsync(token, AuthenticationFailure.Expired);
    }
}
