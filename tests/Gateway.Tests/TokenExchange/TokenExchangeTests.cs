using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.TokenExchange;

/// <summary>A GitHub token for the caller itself: to whom, for what, and what is refused in which words.</summary>
[TestClass]
public sealed class TokenExchangeTests
{
    private const string Policy = """
        version: 1
        ceiling: { workflows: none }
        rules:
          - { id: ci, who: { groups: [dev] }, repositories: [acme/ci], allow: { contents: write, issues: write, workflows: write }, lifetime: 7m, exchange: true }
          - { id: inside, who: { groups: [dev] }, repositories: [acme/inside], allow: { contents: read } }
          - { id: some, who: { groups: [dev] }, repositories: [acme/some], allow: { contents: write }, refs: { push: ["cursor/**"] }, exchange: true }
          - { id: asks, who: { groups: [dev] }, repositories: [acme/asks], allow: { issues: write }, exchange: true, approve: [{ when: { api: { access: write } }, by: { groups: [leads] } }] }
        """;

    [TestMethod]
    [DataRow("resource=acme/ci")]
    [DataRow("audience=acme/ci")]
    [DataRow("resource=https%3A%2F%2Fgit.upstream.example%2Facme%2Fci")]
    [DataRow("resource=https://git.upstream.example/acme/ci.git")]
    [DataRow("resource=HTTPS://GIT.UPSTREAM.EXAMPLE/ACME/CI")]
    public async Task Exchange_AsTheRuleSays_AnswersWithATokenForExactlyThat(string target)
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, $"{Usual}&{target}&scope=contents:read+issues:write");

        var json = await JsonOf(answer);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, json.ToString());
        Assert.AreEqual(FakeTokens.Secret, json.GetProperty("access_token").GetString());
        Assert.AreEqual("urn:ietf:params:oauth:token-type:access_token", json.GetProperty("issued_token_type").GetString());
        Assert.AreEqual("Bearer", json.GetProperty("token_type").GetString());
        Assert.AreEqual("contents:read issues:write metadata:read", json.GetProperty("scope").GetString());
        Assert.IsTrue(json.GetProperty("expires_in").GetInt32() is > 400 and <= 420, "the rule's lifetime");
        Assert.AreEqual("no-store", answer.Headers.CacheControl!.ToString());
        var (repository, permissions, lifetime) = harness.Tokens.Asked.Single();
        Assert.AreEqual(("acme/ci", "contents:read, issues:write", TimeSpan.FromMinutes(7)), (repository.ToString().ToLowerInvariant(), permissions.ToString(), lifetime));
        Assert.IsEmpty(harness.Tokens.TakenBack);
        Assert.IsEmpty(harness.Vault.Asked, "nothing of it is shared with requests");
    }

    [TestMethod]
    public async Task Exchange_Recorded_SaysThatItLeftAndHoldsNoToken()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, $"{Usual}&resource=acme/ci&scope=contents:read");

        var left = harness.Ledger.Single<TokenExchanged>();
        Assert.AreEqual((64, "acme/ci", 7L, "contents:read, metadata:read", 420L, "ci"), (left.Sha256.Length, left.Repository, left.RepositoryId, left.Permissions, left.Seconds, left.Rule));
        Assert.AreEqual("token.exchange", harness.Ledger.Single<OperationDecided>().Operation);
        foreach (var each in harness.Ledger.Events)
        {
            var line = Encoding.UTF8.GetString(AuditJson.Serialize(each));
            Assert.DoesNotContain(FakeTokens.Secret, line);
            Assert.DoesNotContain(FakeAuthenticator.GoodToken, line);
        }
    }

    [TestMethod]
    [DataRow("acme/ci", "contents:read+pages:read", "invalid_scope", "This needs contents:read, pages:read", DisplayName = "wider than the rule")]
    [DataRow("acme/ci", "contents:admin", "invalid_scope", "contents:admin", DisplayName = "higher than the rule")]
    [DataRow("acme/ci", "workflows:write", "invalid_scope", "ceiling", DisplayName = "above the ceiling")]
    [DataRow("acme/inside", "contents:read", "invalid_target", "through the broker only", DisplayName = "no exchange: true")]
    [DataRow("acme/some", "contents:write", "invalid_target", "be pushed only", DisplayName = "around refs")]
    [DataRow("acme/asks", "issues:write", "invalid_target", "wants people to approve", DisplayName = "around people")]
    [DataRow("acme/hidden", "contents:read", "invalid_target", "Repository not found.", DisplayName = "not covered: as if it were not there")]
    [DataRow("acme/ci", "", "invalid_scope", "Say in scope", DisplayName = "no scope, which GitHub takes for everything")]
    [DataRow("acme/ci", "repo", "invalid_scope", "Say in scope", DisplayName = "a scope of another kind")]
    [DataRow("acme/ci", "contents:none", "invalid_scope", "Say in scope")]
    [DataRow("acme/ci", "Contents:read", "invalid_scope", "Say in scope")]
    [DataRow("acme/ci", "contents:read++issues:read", "invalid_scope", "Say in scope")]
    [DataRow("acme/ci", "contents:read+contents:write", "invalid_scope", "Say in scope", DisplayName = "one permission twice")]
    [DataRow("acme/ci/..", "contents:read", "invalid_target", "Name the repository")]
    [DataRow("ci", "contents:read", "invalid_target", "Name the repository")]
    [DataRow("https://evil.example/acme/ci", "contents:read", "invalid_target", "Name the repository")]
    [DataRow("https://git.upstream.example@evil.example/acme/ci", "contents:read", "invalid_target", "Name the repository", DisplayName = "a user name that looks like the host")]
    [DataRow("https://git.upstream.example.evil.example/acme/ci", "contents:read", "invalid_target", "Name the repository")]
    [DataRow("https://git.upstream.example/acme/x/../ci", "contents:read", "invalid_target", "Name the repository")]
    [DataRow("https://git.upstream.example/acme/%2563i", "contents:read", "invalid_target", "Name the repository", DisplayName = "escaped twice")]
    [DataRow("https://git.upstream.example/acme/ci?x", "contents:read", "invalid_target", "Name the repository")]
    public async Task Exchange_NotAsTheRuleSays_IsRefusedInTheWordsOfTokenEndpoints(string target, string scope, string error, string says)
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, $"{Usual}&resource={target}&scope={scope}");

        await AssertRefusedAsync(harness, answer, error, says);
    }

    [TestMethod]
    public async Task Exchange_HiddenRepositoryAndMissingOne_AreToldTheSame()
    {
        await using var harness = await StartAsync();

        using var hidden = await SendAsync(harness, $"{Usual}&resource=acme/hidden&scope=contents:read");
        using var other = await SendAsync(harness, $"{Usual}&resource=nobody/nothing&scope=issues:write");

        Assert.AreEqual(Cut(await hidden.Content.ReadAsStringAsync()), Cut(await other.Content.ReadAsStringAsync()));

        static string Cut(string text) => text[..text.IndexOf("(r-", StringComparison.Ordinal)];
    }

    [TestMethod]
    [DataRow("", "grant_type is missing", "invalid_request")]
    [DataRow("grant_type=client_credentials", "The only grant_type", "unsupported_grant_type")]
    [DataRow(Usual + "&scope=contents:read", "Name one repository", "invalid_request")]
    [DataRow(Usual + "&resource=acme/ci&audience=acme/inside&scope=contents:read", "Name one repository", "invalid_request", DisplayName = "two targets")]
    [DataRow(Usual + "&resource=acme/ci&resource=acme/inside&scope=contents:read", "there twice", "invalid_request", DisplayName = "one parameter twice")]
    [DataRow(Usual + "&resource=acme/ci&%72esource=acme/inside&scope=contents:read", "there twice", "invalid_request", DisplayName = "twice under an escape")]
    [DataRow(Usual + "&subject_token=other&resource=acme/ci&scope=contents:read", "there twice", "invalid_request")]
    [DataRow(Usual + "&resource=acme/ci&scope=contents:read&actor_token=x", "actor_token is not supported", "invalid_request")]
    [DataRow(Usual + "&resource=acme/ci&scope=contents:read&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token", "requested_token_type", "invalid_request")]
    [DataRow(Usual + "&resource=acme/ci%zz&scope=contents:read", "not a form", "invalid_request", DisplayName = "a broken escape")]
    [DataRow(Usual + "&resource=acme/ci%ff&scope=contents:read", "not a form", "invalid_request", DisplayName = "no UTF-8")]
    [DataRow(Usual + "&resource=acme/ci%0a&scope=contents:read", "not a form", "invalid_request", DisplayName = "a control character")]
    [DataRow(Usual + "&&resource=acme/ci", "not a form", "invalid_request")]
    [DataRow(Usual + "&resource", "not a form", "invalid_request")]
    [DataRow("grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:jwt&resource=acme/ci", "subject_token is missing", "invalid_request")]
    [DataRow("grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=good-token&subject_token_type=urn:ietf:params:oauth:token-type:saml2&resource=acme/ci", "subject_token_type must be", "invalid_request")]
    public async Task Exchange_FormThatIsNone_IsRefused(string form, string says, string error)
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, form.Length == 0 ? "x=y" : form);

        await AssertRefusedAsync(harness, answer, error, says);
    }

    [TestMethod]
    public async Task Exchange_TokenInAuthorizationBesideTheForms_IsRefused()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(
            harness, $"{Usual}&resource=acme/ci&scope=contents:read", static request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {FakeAuthenticator.GoodToken}"));

        await AssertRefusedAsync(harness, answer, "invalid_request", "send no Authorization header");
    }

    [TestMethod]
    public async Task Exchange_TokenInAuthorizationAlone_IsNoOnesToken()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(
            harness, "grant_type=x", static request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {FakeAuthenticator.GoodToken}"));

        await AssertRefusedAsync(harness, answer, "invalid_request", "send no Authorization header");
    }

    [TestMethod]
    public async Task Exchange_ParametersInTheUrl_AreRefused()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(
            harness, $"{Usual}&scope=contents:read", static request => request.RequestUri = new Uri("/token?resource=acme/ci", UriKind.Relative));

        await AssertRefusedAsync(harness, answer, "invalid_request", "never into the URL");
    }

    [TestMethod]
    [DataRow("application/json")]
    [DataRow("multipart/form-data; boundary=x")]
    [DataRow("application/x-www-form-urlencoded; charset=utf-7")]
    public async Task Exchange_BodyOfAnotherType_IsRefused(string type)
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(
            harness, $"{Usual}&resource=acme/ci&scope=contents:read", request => request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type));

        await AssertRefusedAsync(harness, answer, "invalid_request", "application/x-www-form-urlencoded");
    }

    [TestMethod]
    public async Task Exchange_BodyWithoutEnd_IsCutOffAtItsLimit()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, $"{Usual}&resource=acme/ci&padding={new string('x', 200_000)}");

        await AssertRefusedAsync(harness, answer, "invalid_request", "too large");
    }

    [TestMethod]
    public async Task Exchange_SubjectTokenThatIsNotAccepted_IsRefusedAsInvalidRequest()
    {
        await using var harness = await StartAsync();

        using var answer = await SendAsync(harness, $"{Usual.Replace(FakeAuthenticator.GoodToken, "forged", StringComparison.Ordinal)}&resource=acme/ci&scope=contents:read");

        await AssertRefusedAsync(harness, answer, "invalid_request", "The token is not accepted.");
    }

    [TestMethod]
    public async Task Exchange_LedgerCannotBeWritten_HandsOutNothingAndTakesItBack()
    {
        await using var harness = await StartAsync();
        harness.Ledger.OnAppend = static _ => throw new LedgerUnavailableException("down");

        using var answer = await SendAsync(harness, $"{Usual}&resource=acme/ci&scope=contents:read");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain(FakeTokens.Secret, await answer.Content.ReadAsStringAsync());
        CollectionAssert.AreEqual(new[] { FakeTokens.Secret }, harness.Tokens.TakenBack);
    }

    [TestMethod]
    public async Task Exchange_EndCannotBeRecorded_IsRefused()
    {
        await using var harness = await StartAsync();
        harness.Tokens.Instead = new LeaseOutcome.Failed(MintFailure.Unavailable, "State is down");

        using var answer = await SendAsync(harness, $"{Usual}&resource=acme/ci&scope=contents:read");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.AreEqual("temporarily_unavailable", (await JsonOf(answer)).GetProperty("error").GetString());
        Assert.IsEmpty(harness.Ledger.Events.OfType<TokenExchanged>());
    }

    [TestMethod]
    public async Task Exchange_TokenOpensAnotherRepository_IsTakenBack()
    {
        await using var harness = await StartAsync();
        harness.Tokens.Opens = static _ => RepositoryName.Parse("acme/internal-tools");

        using var answer = await SendAsync(harness, $"{Usual}&resource=acme/ci&scope=contents:read");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        CollectionAssert.AreEqual(new[] { FakeTokens.Secret }, harness.Tokens.TakenBack);
    }

    [TestMethod]
    public async Task AnotherRequest_ThatAsksForTheCredentialOfItsGrant_GetsNone()
    {
        await using var harness = await StartAsync();
        harness.Room.Classify = static () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/ci"))]) { Asks = true };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {FakeAuthenticator.GoodToken}");

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.IsEmpty(harness.Tokens.Asked);
    }

    private const string Usual =
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=" + FakeAuthenticator.GoodToken + "&subject_token_type=urn:ietf:params:oauth:token-type:id_token";

    private static async Task AssertRefusedAsync(PipelineHarness harness, HttpResponseMessage answer, string error, string says)
    {
        var json = await JsonOf(answer);
        Assert.AreEqual((HttpStatusCode.BadRequest, error), (answer.StatusCode, json.GetProperty("error").GetString()), json.ToString());
        Assert.Contains(says, json.GetProperty("error_description").GetString()!);
        Assert.AreEqual("no-store", answer.Headers.CacheControl!.ToString());
        Assert.IsEmpty(harness.Tokens.Asked);
        Assert.IsEmpty(harness.Ledger.Events.OfType<TokenExchanged>());
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        Assert.AreEqual("application/json", answer.Content.Headers.ContentType!.MediaType);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    private static async Task<HttpResponseMessage> SendAsync(PipelineHarness harness, string form, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };
        change?.Invoke(request);
        return await harness.Client.SendAsync(request);
    }

    private static async Task<PipelineHarness> StartAsync()
    {
        var harness = await PipelineHarness.StartAsync();
        var compiled = PolicyCompiler.Compile(Policy);
        Assert.IsNotNull(compiled.Policy, string.Join("\n", compiled.Problems));
        harness.PolicyInForce.Current = compiled.Policy;
        harness.Client.DefaultRequestHeaders.Clear();
        return harness;
    }
}
