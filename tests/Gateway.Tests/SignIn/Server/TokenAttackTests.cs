using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using CursorBroker.Sandbox.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Attacks on refresh and access tokens.</summary>
[TestClass]
public sealed class TokenAttackTests
{
    [TestMethod]
    public async Task RefreshReuse_EndsTheWholeSignIn_ForThiefAndOwner()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, stolen) = await oauth.TokensAsync();
        var owner = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, stolen));
        oauth.Wait(TokenGrants.LostAnswer);

        var thief = await oauth.RefreshAsync(client, stolen);

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(thief));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, owner.GetProperty("refresh_token").GetString()!)));
        oauth.Wait();
        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(owner.GetProperty("access_token").GetString()!));
        Assert.HasCount(1, oauth.Ledger.Events.OfType<TokenReused>());
    }

    [TestMethod]
    public async Task RefreshReuse_AtTheSameMoment_GivesOneNextTokenToAll()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => oauth.RefreshAsync(client, refresh))));

        var given = answers.Where(static answer => answer.IsSuccessStatusCode).Select(static answer => OAuthUnderTest.JsonOf(answer).Result.GetProperty("refresh_token").GetString()).ToHashSet();
        Assert.HasCount(1, given);
        Assert.IsEmpty(oauth.Ledger.Events.OfType<TokenReused>());
        Assert.IsTrue((await oauth.RefreshAsync(client, given.Single()!)).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task Refresh_WhoseAnswerWasLost_GivesTheSameNextTokenAgain_WithoutAnotherStep()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        var lost = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, refresh));
        oauth.Wait(TokenGrants.LostAnswer - TimeSpan.FromSeconds(5));

        var again = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, refresh));

        Assert.AreEqual(lost.GetProperty("refresh_token").GetString(), again.GetProperty("refresh_token").GetString());
        Assert.AreNotEqual(lost.GetProperty("access_token").GetString(), again.GetProperty("access_token").GetString());
        _ = await oauth.CallerAsync(again.GetProperty("access_token").GetString()!);
        Assert.HasCount(2, oauth.Ledger.Events.OfType<TokenRefreshed>());
        Assert.IsTrue((await oauth.RefreshAsync(client, again.GetProperty("refresh_token").GetString()!)).IsSuccessStatusCode);
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)), "two steps behind");
    }

    [TestMethod]
    public async Task Refresh_WhileTheLedgerIsDown_GivesNothing_AndUsesNothingUp()
    {
        var provider = new ScriptedBackchannel();
        await using var oauth = await OAuthUnderTest.StartAsync(more: provider.Register);
        var (client, _, refresh) = await oauth.TokensAsync();
        oauth.Ledger.IsDown = true;
        Assert.AreEqual("temporarily_unavailable", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
        oauth.Ledger.IsDown = false;
        oauth.Wait(TimeSpan.FromMinutes(1));

        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
        Assert.AreEqual(2, provider.Refreshed.Distinct().Count(), "the provider's own next refresh token was lost");
    }

    [TestMethod]
    public async Task Refresh_WhenTheProvidersAnswerCannotBeRead_GivesNothing_UsesNothingUp_AndKeepsTheProvidersNextToken()
    {
        var provider = new ScriptedBackchannel();
        await using var oauth = await OAuthUnderTest.StartAsync(more: provider.Register);
        var (client, access, refresh) = await oauth.TokensAsync();
        provider.SpoilsIdentity = true;

        Assert.AreEqual("temporarily_unavailable", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));

        provider.SpoilsIdentity = false;
        oauth.Wait();
        _ = await oauth.CallerAsync(access);
        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
        Assert.AreEqual(2, provider.Refreshed.Distinct().Count(), "the provider's own next refresh token was lost");
    }

    [TestMethod]
    public async Task RevokedSignIn_KeepsNoRefreshTokenOfTheProvider()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        Assert.IsTrue(RefreshToken.TryRead(refresh, out var token));
        var families = oauth.Get<Gateway.SignIn.Server.Stores.OAuthStores>().Families;
        Assert.IsNotNull((await families.ReadAsync(token.Family, CancellationToken.None))!.Value.Person.Refresh);

        await oauth.PostAsync("/oauth/revoke", ("token", refresh), ("client_id", client));

        Assert.IsNull((await families.ReadAsync(token.Family, CancellationToken.None))!.Value.Person.Refresh);
    }

    [TestMethod]
    public async Task RefreshToken_OfAnotherClient_GivesNothing_AndHarmsNobody()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(await oauth.RegisterAsync("http://127.0.0.1:9/z"), refresh)));
        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task RefreshToken_ThatWasInvented_GivesNothing_AndEndsNoSignIn()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        var parts = refresh.Split('.');

        foreach (var invented in new[] { $"{parts[0]}.0.{parts[2]}", $"{parts[0]}.2.{parts[2]}", $"{parts[0]}.01.{parts[2]}", $"{parts[0]}.1.{new string('A', 43)}", "cbr_x", "", refresh + "x" })
        {
            Assert.IsFalse((await oauth.RefreshAsync(client, invented)).IsSuccessStatusCode, invented);
        }

        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task Refresh_WhenTheProviderSaysNo_EndsTheSignIn()
    {
        var provider = new ScriptedBackchannel();
        await using var oauth = await OAuthUnderTest.StartAsync(more: provider.Register);
        var (client, access, refresh) = await oauth.TokensAsync();
        provider.Refusal = "invalid_grant";

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));

        provider.Refusal = null;
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
        oauth.Wait();
        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(access));
    }

    [TestMethod]
    public async Task Refresh_WhileTheProviderIsOut_GivesNothing_AndUsesNothingUp()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        oauth.Pages.Provider.Outage = SandboxOutage.Unavailable;

        var out503 = await oauth.RefreshAsync(client, refresh);
        Assert.AreEqual("temporarily_unavailable", await OAuthUnderTest.ErrorOf(out503));
        Assert.AreEqual(503, (int)out503.StatusCode);

        oauth.Pages.Provider.Outage = SandboxOutage.None;
        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task Refresh_WithoutAProvidersRefreshToken_EndsWithTheHours()
    {
        var provider = new ScriptedBackchannel { KeepsRefreshTokens = true };
        await using var oauth = await OAuthUnderTest.StartAsync(new AuthorizationServerOptions { GroupsLifetime = TimeSpan.FromHours(2) }, more: provider.Register);
        var (client, _, refresh) = await oauth.TokensAsync();

        oauth.Wait(TimeSpan.FromMinutes(119));
        var inTime = await OAuthUnderTest.JsonOf(await oauth.RefreshAsync(client, refresh));
        Assert.IsFalse(oauth.Ledger.Events.OfType<TokenRefreshed>().Single().Reread);
        oauth.Wait(TimeSpan.FromMinutes(2));

        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, inTime.GetProperty("refresh_token").GetString()!)));
    }

    [TestMethod]
    public async Task AccessToken_AfterAQuarterOfAnHour_IsOver()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();

        oauth.Wait(AuthorizationServerOptions.AccessLifetime + TimeSpan.FromSeconds(6));

        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(access));
    }

    [TestMethod]
    public async Task Person_WhoIsCutOff_IsRefusedEverywhere_AndComesInAgainOnlyByANewSignIn()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();
        var person = (await oauth.CallerAsync(access)).Person;
        var verifier = OAuthUnderTest.NewVerifier();
        var pending = await oauth.CodeAsync(client, verifier);

        await oauth.Get<Sessions>().CutOffAsync(person, oauth.Pages.Time.GetUtcNow(), by: null, CancellationToken.None);

        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(access));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RedeemAsync(client, pending, verifier)));
        oauth.Wait(TimeSpan.FromSeconds(1));
        Assert.AreEqual(person, (await oauth.CallerAsync((await oauth.TokensAsync()).Access)).Person);
        Assert.IsNotEmpty(oauth.Ledger.Events.OfType<SessionsCutOff>());
    }

    [TestMethod]
    public async Task AnotherInstance_LearnsOfARevocationWithinSeconds()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();
        var elsewhere = Instance(oauth);
        Assert.IsInstanceOfType<AuthenticationOutcome.Authenticated>(await elsewhere.AuthenticateAsync(new PresentedToken(access), Issuers(oauth), CancellationToken.None));

        await oauth.PostAsync("/oauth/revoke", ("token", refresh), ("client_id", client));
        oauth.Wait(Sessions.Freshness);

        Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(await elsewhere.AuthenticateAsync(new PresentedToken(access), Issuers(oauth), CancellationToken.None));
    }

    [TestMethod]
    public async Task AccessToken_WhileStateIsDown_LetsNobodyIn()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();
        _ = await oauth.CallerAsync(access);
        oauth.Wait();
        oauth.State.IsDown = true;

        Assert.IsInstanceOfType<AuthenticationOutcome.Unavailable>(await oauth.AuthenticateAsync(access));
        Assert.AreEqual("temporarily_unavailable", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
    }

    [TestMethod]
    public async Task Tokens_ThatCannotBeRecorded_AreNotGiven()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var code = await oauth.CodeAsync(client, verifier);
        oauth.Ledger.IsDown = true;

        var answer = await oauth.RedeemAsync(client, code, verifier);

        Assert.AreEqual(503, (int)answer.StatusCode);
        Assert.AreEqual("temporarily_unavailable", await OAuthUnderTest.ErrorOf(answer));
    }

    [TestMethod]
    public async Task AccessToken_OfSomebodyWhoseProviderThePolicyDropped_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();

        var outcome = await oauth.Get<ICallerAuthenticator>().AuthenticateAsync(new PresentedToken(access), [], CancellationToken.None);

        Assert.AreEqual(AuthenticationFailure.UnknownIssuer, ((AuthenticationOutcome.Rejected)outcome).Failure);
    }

    [TestMethod]
    public async Task ForgedToken_WithoutASignature_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        var payload = access.Split('.')[1];

        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
        {
            var header = Encode($$"""{"alg":"{{algorithm}}","typ":"at+jwt"}""");
            Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(await oauth.AuthenticateAsync($"{header}.{payload}."), algorithm);
        }
    }

    [TestMethod]
    public async Task ForgedToken_WithThePublicKeyAsASharedSecret_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        var published = await oauth.Http.GetStringAsync(new Uri("/oauth/jwks", UriKind.Relative));
        var key = JsonSerializer.Deserialize<JsonElement>(published).GetProperty("keys")[0];
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = WebEncoders.Base64UrlDecode(key.GetProperty("x").GetString()!), Y = WebEncoders.Base64UrlDecode(key.GetProperty("y").GetString()!) },
        });

        foreach (var secret in new[] { ecdsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(ecdsa.ExportSubjectPublicKeyInfoPem()), Encoding.UTF8.GetBytes(key.GetRawText()) })
        {
            var signed = $"{Encode($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.GetProperty("kid").GetString()}}"}""")}.{access.Split('.')[1]}";
            var forged = $"{signed}.{WebEncoders.Base64UrlEncode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
            Assert.AreEqual(AuthenticationFailure.AlgorithmNotAllowed, await oauth.FailureAsync(forged));
        }

        Assert.DoesNotContain("\"d\"", published);
    }

    [TestMethod]
    [DataRow("../../../../dev/null")]
    [DataRow("' OR 1=1 --")]
    [DataRow("https://evil.example/keys")]
    [DataRow("")]
    public async Task ForgedToken_WithAKeyIdThatLeadsElsewhere_IsRefused(string keyId)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var forged = Sign(own, $$"""{"alg":"ES256","typ":"at+jwt","kid":{{JsonSerializer.Serialize(keyId)}}}""", access.Split('.')[1]);

        Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(await oauth.AuthenticateAsync(forged));
    }

    [TestMethod]
    public async Task ForgedToken_WithItsOwnKeyInTheHeader_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = own.ExportParameters(false).Q;
        var keyId = new JsonWebToken(access).Kid;

        var forged = Sign(
            own, $$$"""{"alg":"ES256","typ":"at+jwt","kid":"{{{keyId}}}","jwk":{"kty":"EC","crv":"P-256","x":"{{{WebEncoders.Base64UrlEncode(q.X!)}}}","y":"{{{WebEncoders.Base64UrlEncode(q.Y!)}}}"}}""", access.Split('.')[1]);

        Assert.AreEqual(AuthenticationFailure.BadSignature, await oauth.FailureAsync(forged));
    }

    [TestMethod]
    [DataRow("aud", "https://elsewhere.example", AuthenticationFailure.WrongAudience, DisplayName = "Another audience")]
    [DataRow("exp", 1L, AuthenticationFailure.Expired, DisplayName = "Long over")]
    [DataRow("sid", "made-up", AuthenticationFailure.Expired, DisplayName = "A sign-in that is none")]
    [DataRow("client_id", "gh", AuthenticationFailure.Expired, DisplayName = "Another client")]
    [DataRow("sub", "somebody", AuthenticationFailure.Expired, DisplayName = "Somebody else")]
    public async Task Token_OfTheBrokersOwnKey_ThatSaysSomethingElse_IsRefused(string claim, object value, AuthenticationFailure failure)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        var claims = JsonSerializer.Deserialize<Dictionary<string, object>>(WebEncoders.Base64UrlDecode(access.Split('.')[1]))!;
        claims[claim] = value;

        Assert.AreEqual(failure, await oauth.FailureAsync(await SignedAsync(oauth, claims, "at+jwt")));
    }

    [TestMethod]
    public async Task Token_OfTheBrokersOwnKey_OfAnotherType_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (_, access, _) = await oauth.TokensAsync();
        var claims = JsonSerializer.Deserialize<Dictionary<string, object>>(WebEncoders.Base64UrlDecode(access.Split('.')[1]))!;
        _ = await oauth.CallerAsync(await SignedAsync(oauth, claims, "at+jwt"));

        Assert.AreEqual(AuthenticationFailure.BadSignature, await oauth.FailureAsync(await SignedAsync(oauth, claims, "JWT")));
    }

    [TestMethod]
    public async Task RefreshTokensAndCodes_AreNoAccessTokens()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();

        Assert.AreEqual(AuthenticationFailure.Malformed, await oauth.FailureAsync(refresh));
        Assert.AreEqual(AuthenticationFailure.Malformed, await oauth.FailureAsync(await oauth.CodeAsync(client, OAuthUnderTest.NewVerifier())));
    }

    [TestMethod]
    public async Task ProvidersOwnToken_GoesOnToItsAuthenticator()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var client = new SandboxTokenClient();
        var given = (SandboxTokens.Given)await client.GetTokenAsync(oauth.Pages.Provider.Issuer, "developer", CancellationToken.None);

        var direct = await oauth.CallerAsync(given.AccessToken);
        var broker = await oauth.CallerAsync((await oauth.TokensAsync()).Access);

        Assert.AreEqual(direct.Person, broker.Person);
        CollectionAssert.AreEquivalent(direct.Groups.ToArray(), broker.Groups.ToArray());
        Assert.AreEqual(direct.DisplayName, broker.DisplayName);
    }

    [TestMethod]
    public async Task StateAndLedger_HoldNoTokenInTheClear()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();
        _ = await oauth.RefreshAsync(client, refresh);

        var state = string.Concat(oauth.State.Records.Values.Select(static record => record.Key.Id + Encoding.Latin1.GetString(record.Value.Span)));
        var ledger = string.Concat(oauth.Ledger.Events.Select(static one => Encoding.UTF8.GetString(AuditJson.Serialize(one))));
        foreach (var secret in new[] { access, refresh, refresh.Split('.')[2], "dana@acme.example" })
        {
            Assert.DoesNotContain(secret, state);
        }

        Assert.DoesNotContain(access, ledger);
        Assert.DoesNotContain(refresh, ledger);
    }

    private static string Encode(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));

    private static string Sign(ECDsa key, string header, string payload)
    {
        var signed = $"{Encode(header)}.{payload}";
        return $"{signed}.{WebEncoders.Base64UrlEncode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static async Task<string> SignedAsync(OAuthUnderTest oauth, Dictionary<string, object> claims, string type) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Claims = claims,
            SigningCredentials = await oauth.Get<SigningKeys>().SigningAsync(CancellationToken.None),
        });

    private static System.Collections.Immutable.ImmutableArray<IssuerSettings> Issuers(OAuthUnderTest oauth) => oauth.Get<Core.Policy.IPolicySource>().Current!.Issuers;

    private static BrokerTokenAuthenticator Instance(OAuthUnderTest oauth)
    {
        var sealer = new Pipeline.FakeSealer();
        var keys = new SigningKeys(oauth.State, sealer, oauth.Pages.Time);
        return new BrokerTokenAuthenticator(
            oauth.Get<ICallerAuthenticator>(),
            new AccessTokens(keys, oauth.Get<Gateway.SignIn.SignInOptions>(), new AuthorizationServerOptions(), oauth.Pages.Time),
            keys,
            new Sessions(new Gateway.SignIn.Server.Stores.OAuthStores(oauth.State, sealer), oauth.Get<Gateway.SignIn.HookKeys>(), new OAuthRecorder(oauth.Ledger, oauth.Pages.Time), oauth.Pages.Time),
            oauth.Pages.Time);
    }
}
