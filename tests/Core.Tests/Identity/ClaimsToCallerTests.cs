using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class ClaimsToCallerTests
{
    private const string Issuer = "https://login.example/t1";

    // 2026-01-01T00:00:00Z is 1767225600.
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly IssuerSettings Settings = new() { Issuer = Issuer, Audiences = ["broker"] };

    [TestMethod]
    public void Map_PlainToken_IsThatPerson()
    {
        var caller = Mapped("""{"aud":"broker","exp":1767229200,"sub":"u1","email":"u1@example.com","azp":"cursor","dept":["a","b"],"level":3,"admin":true,"o":{}}""");

        Assert.AreEqual(new PersonId(Issuer, "u1"), caller.Person);
        Assert.AreEqual(CallerKind.Person, caller.Kind);
        Assert.AreEqual("cursor", caller.Client);
        Assert.AreEqual("u1@example.com", caller.DisplayName);
        Assert.IsEmpty(caller.Groups);
        Assert.AreEqual(Now.AddHours(1), caller.TokenExpires);
        Assert.AreSequenceEqual(["a", "b"], caller.Claims["dept"]);
        Assert.AreEqual("3", caller.Claims["level"].Single());
        Assert.AreEqual("true", caller.Claims["admin"].Single());
        Assert.IsFalse(caller.Claims.ContainsKey("o"), "objects are no values");
        Assert.IsFalse(caller.Claims.ContainsKey("exp"));
    }

    [TestMethod]
    [DataRow("""{"aud":"broker","sub":"u"}""", AuthenticationFailure.ClaimMissing, DisplayName = "no exp: a token for ever")]
    [DataRow("""{"aud":"broker","sub":"u","exp":"1767229200"}""", AuthenticationFailure.ClaimMissing, DisplayName = "exp is a text")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1e300}""", AuthenticationFailure.ClaimMissing, DisplayName = "exp beyond all time")]
    [DataRow("""{"aud":"broker","sub":"u","exp":-1}""", AuthenticationFailure.ClaimMissing, DisplayName = "exp before 1970")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767225570}""", AuthenticationFailure.Expired, DisplayName = "expired, by exactly the skew")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767229200,"nbf":1767225631}""", AuthenticationFailure.NotYetValid, DisplayName = "not yet valid, by more than the skew")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767229200,"nbf":"x"}""", AuthenticationFailure.ClaimMissing, DisplayName = "nbf is a text")]
    [DataRow("""{"sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "no audience")]
    [DataRow("""{"aud":"other","sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "another audience")]
    [DataRow("""{"aud":"BROKER","sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "audience in another case")]
    [DataRow("""{"aud":["other"],"sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "other audiences")]
    [DataRow("""{"aud":["broker",1],"sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "malformed audience")]
    [DataRow("""{"aud":{"broker":1},"sub":"u","exp":1767229200}""", AuthenticationFailure.WrongAudience, DisplayName = "audience is an object")]
    [DataRow("""{"aud":"broker","exp":1767229200}""", AuthenticationFailure.ClaimMissing, DisplayName = "no subject")]
    [DataRow("""{"aud":"broker","exp":1767229200,"sub":""}""", AuthenticationFailure.ClaimMissing, DisplayName = "empty subject")]
    [DataRow("""{"aud":"broker","exp":1767229200,"sub":7}""", AuthenticationFailure.ClaimMissing, DisplayName = "subject is a number")]
    [DataRow("""{"aud":"broker","exp":1767229200,"sub":["u"]}""", AuthenticationFailure.ClaimMissing, DisplayName = "subject is an array")]
    [DataRow("""{"aud":"broker","exp":1767229200,"sub":"u\nv"}""", AuthenticationFailure.ClaimMissing, DisplayName = "subject forges a log line")]
    public void Map_BadClaims_SaysWhy(string json, AuthenticationFailure expected) => Assert.AreEqual(expected, Refused(json, Settings).Failure);

    [TestMethod]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767225571}""", DisplayName = "expired within the skew")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767229200,"nbf":1767225630}""", DisplayName = "not yet valid within the skew")]
    [DataRow("""{"aud":"broker","sub":"u","exp":1767229200.5,"nbf":1767225600.25}""", DisplayName = "fractions")]
    [DataRow("""{"aud":["other","broker"],"sub":"u","exp":1767229200}""", DisplayName = "one of several audiences")]
    public void Map_EdgeOfGood_IsGood(string json) => Mapped(json);

    [TestMethod]
    public void Map_SubjectTooLong_IsRefused() =>
        Assert.AreEqual(
            AuthenticationFailure.ClaimMissing,
            Refused($$"""{"aud":"broker","exp":1767229200,"sub":"{{new string('u', ClaimsToCaller.MaxSubjectLength + 1)}}"}""", Settings).Failure);

    [TestMethod]
    [DataRow(""" "azp":"cursor" """, true)]
    [DataRow(""" "appid":"cursor" """, true)]
    [DataRow(""" "client_id":"cursor" """, true)]
    [DataRow(""" "azp":"evil","appid":"cursor","client_id":"cursor" """, false, DisplayName = "the first one there decides")]
    [DataRow(""" "azp":["cursor"],"client_id":"cursor" """, false, DisplayName = "malformed azp does not make room for client_id")]
    [DataRow(""" "azp":"CURSOR" """, false)]
    [DataRow(""" "x":1 """, false, DisplayName = "none")]
    public void Map_WithClientList_AdmitsOnlyThose(string claim, bool admitted)
    {
        var outcome = Map($$"""{"aud":"broker","exp":1767229200,"sub":"u",{{claim}}}""", Settings with { Clients = ["cursor"] });
        Assert.AreEqual(admitted, outcome is ClaimsOutcome.Mapped);
        Assert.IsTrue(admitted || outcome is ClaimsOutcome.Refused { Failure: AuthenticationFailure.ClientNotAllowed });
    }

    [TestMethod]
    [DataRow(""" "tid":"t1" """, true)]
    [DataRow(""" "tid":["x","t1"] """, true)]
    [DataRow(""" "tid":"t2" """, false)]
    [DataRow(""" "x":1 """, false)]
    [DataRow(""" "tid":{"t1":1} """, false)]
    public void Map_WithRequiredClaim_AdmitsOnlyItsValues(string claim, bool admitted)
    {
        var settings = Settings with { RequiredClaims = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("tid", ["t1"]) };
        var outcome = Map($$"""{"aud":"broker","exp":1767229200,"sub":"u",{{claim}}}""", settings);
        Assert.AreEqual(admitted, outcome is ClaimsOutcome.Mapped);
        Assert.IsTrue(admitted || outcome is ClaimsOutcome.Refused { Failure: AuthenticationFailure.ClaimMissing });
    }

    [TestMethod]
    public void Map_PairwiseSubjectsOfOnePersonInTwoClients_AreOnePerson()
    {
        var entra = Settings with { SubjectClaims = ["tid", "oid"] };
        var inCursor = Mapped("""{"aud":"broker","exp":1767229200,"sub":"pair-1","tid":"t","oid":"o","azp":"cursor"}""", entra);
        var inGit = Mapped("""{"aud":"broker","exp":1767229200,"sub":"pair-2","tid":"t","oid":"o","azp":"git"}""", entra);
        Assert.AreEqual(inCursor.Person, inGit.Person);
        Assert.AreEqual("t/o", inGit.Person.Subject);
    }

    [TestMethod]
    [DataRow("""{"aud":"broker","exp":1767229200,"tid":"t/o","oid":"p"}""", DisplayName = "t/o + p would be t + o/p")]
    [DataRow("""{"aud":"broker","exp":1767229200,"tid":"t"}""", DisplayName = "half a subject")]
    public void Map_AmbiguousOrPartialSubject_IsRefused(string json) =>
        Assert.AreEqual(AuthenticationFailure.ClaimMissing, Refused(json, Settings with { SubjectClaims = ["tid", "oid"] }).Failure);

    [TestMethod]
    public void Map_SingleSubjectWithSlash_IsKept() =>
        Assert.AreEqual("repo:o/r:ref:refs/heads/main", Mapped("""{"aud":"broker","exp":1767229200,"sub":"repo:o/r:ref:refs/heads/main"}""").Person.Subject);

    [TestMethod]
    [DataRow(false, null, null, CallerKind.Person)]
    [DataRow(true, null, null, CallerKind.Workload)]
    [DataRow(false, "idtyp", "app", CallerKind.Workload)]
    [DataRow(false, "idtyp", "user", CallerKind.Person)]
    [DataRow(false, "nothere", "app", CallerKind.Person)]
    public void Map_WorkloadRule_TellsWorkloadsFromPeople(bool always, string? claim, string? value, CallerKind expected) =>
        Assert.AreEqual(
            expected,
            Mapped("""{"aud":"broker","exp":1767229200,"sub":"u","idtyp":"app"}""", Settings with { Workloads = new WorkloadRule(always, claim, value) }).Kind);

    [TestMethod]
    [DataRow("""{"preferred_username":"p","email":"e"}""", "p")]
    [DataRow("""{"name":"n","email":"e"}""", "e")]
    [DataRow("""{"name":"line\nforged\u202e"}""", "line?forged?")]
    [DataRow("""{}""", "u")]
    public void Map_DisplayName_IsTheFirstThereAndHarmless(string json, string expected)
    {
        var separator = json.Length > 2 ? "," : string.Empty;
        Assert.AreEqual(expected, Mapped($$"""{"aud":"broker","exp":1767229200,"sub":"u"{{separator}}{{json[1..]}}""").DisplayName);
    }

    internal static TokenClaims Claims(string json)
    {
        Assert.IsTrue(TokenClaims.TryParse(Encoding.UTF8.GetBytes(json), out var claims), json);
        return claims;
    }

    private static ClaimsOutcome Map(string json, IssuerSettings settings) => ClaimsToCaller.Map(Claims(json), settings, Now, Skew);

    private static Caller Mapped(string json, IssuerSettings? settings = null) => Assert.IsInstanceOfType<ClaimsOutcome.Mapped>(Map(json, settings ?? Settings)).Caller;

    private static ClaimsOutcome.Refused Refused(string json, IssuerSettings settings) => Assert.IsInstanceOfType<ClaimsOutcome.Refused>(Map(json, settings));
}
