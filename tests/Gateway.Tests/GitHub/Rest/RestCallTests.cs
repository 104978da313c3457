using System.Net;
using System.Net.Http.Json;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

/// <summary>What a call through the room becomes, and what of the answer comes back.</summary>
[TestClass]
public sealed class RestCallTests
{
    [TestMethod]
    public async Task Call_Allowed_IsSentRebuiltWithACredentialForThisAlone()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer("""[{"url":"https://api.upstream.example/repos/Acme/Payments-API/issues/1"}]""");

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues?state=open&labels=a+b%2Cc&per_page=5");

        Assert.AreEqual("""[{"url":"https://broker.example.com/api/v3/repos/Acme/Payments-API/issues/1"}]""", await answer.Content.ReadAsStringAsync());
        var sent = harness.Sent.Single();
        Assert.AreEqual("https://api.upstream.example/repos/Acme/Payments-API/issues?state=open&labels=a%20b%2Cc&per_page=5", sent.RequestUri!.AbsoluteUri);
        Assert.AreEqual("Accept, Accept-Encoding, Authorization, User-Agent, X-GitHub-Api-Version", string.Join(", ", sent.Headers.Select(static header => header.Key).Order(StringComparer.Ordinal)));
        Assert.AreEqual(("Bearer", FakeVault.Secret), (sent.Headers.Authorization!.Scheme, sent.Headers.Authorization.Parameter));
        Assert.AreEqual((RepositoryName.Parse("acme/payments-api"), PermissionSet.Of("issues", Access.Read), TimeSpan.FromMinutes(7)), harness.Pipeline.Vault.Asked.Single());
        Assert.AreEqual("api.call", harness.Pipeline.Ledger.Single<OperationDecided>().Operation);
    }

    [TestMethod]
    public async Task Answer_HasWhatClientsLookFor()
    {
        await using var harness = await RestHarness.StartAsync();
        var upstream = RestHarness.Json("[]");
        upstream.Headers.TryAddWithoutValidation("X-RateLimit-Remaining", "4999");
        upstream.Headers.TryAddWithoutValidation("Link", "<https://api.upstream.example/repositories/7/issues?page=2>; rel=\"next\"");
        upstream.Headers.TryAddWithoutValidation("X-Accepted-GitHub-Permissions", "issues=read");
        harness.Answer(upstream);

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues");

        Assert.AreEqual("3.19.0", Header(answer, "X-GitHub-Enterprise-Version"));
        Assert.AreEqual("", Header(answer, "X-OAuth-Scopes"));
        Assert.AreEqual("GH-1", Header(answer, "X-GitHub-Request-Id"));
        Assert.AreEqual("4999", Header(answer, "X-RateLimit-Remaining"));
        Assert.AreEqual("<https://broker.example.com/api/v3/repos/Acme/Payments-API/issues?page=2>; rel=\"next\"", Header(answer, "Link"));
        Assert.AreEqual(harness.Pipeline.Ledger.Single<ForwardIntended>().Request, Header(answer, "X-Broker-Operation"));
        Assert.AreEqual(harness.Pipeline.Ledger.Single<ForwardIntended>().Session, Header(answer, "X-Broker-Session"));
        Assert.IsFalse(answer.Headers.Contains("X-Accepted-GitHub-Permissions"));
    }

    [TestMethod]
    public async Task Write_BodyIsWhatWasUnderstood()
    {
        await using var harness = await RestHarness.StartAsync();
        var created = RestHarness.Json("{}", HttpStatusCode.Created);
        created.Headers.Location = new Uri("https://api.upstream.example/repos/Acme/Payments-API/issues/9");
        harness.Answer(created);

        using var answer = await harness.Client.PostAsync(
            "/api/v3/repos/acme/payments-api/issues", new StringContent("""{ "title" : "caf\u00e9" , "body": null }""", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded")));

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        Assert.AreEqual("https://broker.example.com/api/v3/repos/Acme/Payments-API/issues/9", Header(answer, "Location"));
        Assert.AreEqual("""{"title":"café","body":null}""", harness.Pipeline.Upstream.Bodies.Single());
        var content = harness.Sent.Single().Content!.Headers;
        Assert.AreEqual(("application/json", 29L), (content.ContentType!.ToString(), content.ContentLength));
        Assert.AreEqual(PermissionSet.Of("issues", Access.Write), harness.Pipeline.Vault.Asked.Single().Permissions);
    }

    [TestMethod]
    public async Task Answer_WithoutContent_Passes()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer(new HttpResponseMessage(HttpStatusCode.NoContent));

        using var answer = await harness.Client.DeleteAsync("/api/v3/repos/acme/payments-api/issues/1/lock");

        Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [TestMethod]
    public async Task Head_IsAskedAsHead()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer("[]");
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/v3/repos/acme/payments-api/issues");

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual(HttpMethod.Head, harness.Sent.Single().Method);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.MethodNotAllowed)]
    [DataRow(HttpStatusCode.Conflict)]
    [DataRow(HttpStatusCode.UnprocessableEntity)]
    [DataRow(HttpStatusCode.TooManyRequests)]
    public async Task Answer_GitHubsOwnRefusal_Passes(HttpStatusCode status)
    {
        await using var harness = await RestHarness.StartAsync();
        var refusal = RestHarness.Json("""{"message":"says GitHub","documentation_url":"https://docs.github.com/rest"}""", status);
        refusal.Headers.TryAddWithoutValidation("Retry-After", "60");
        harness.Answer(refusal);

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues");

        Assert.AreEqual(status, answer.StatusCode);
        Assert.AreEqual("60", Header(answer, "Retry-After"));
        Assert.Contains("says GitHub", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable, DisplayName = "GitHub does not take the broker's credential: not the caller's trouble")]
    [DataRow(HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway)]
    [DataRow(HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    [DataRow(HttpStatusCode.MovedPermanently, HttpStatusCode.NotFound, DisplayName = "renamed")]
    [DataRow(HttpStatusCode.TemporaryRedirect, HttpStatusCode.NotFound, DisplayName = "renamed, for a write")]
    [DataRow(HttpStatusCode.NotModified, HttpStatusCode.NotFound, DisplayName = "nobody asked whether it changed")]
    public async Task Answer_ThatIsNoneForTheCaller_IsRefusedInGitHubsShape(HttpStatusCode status, HttpStatusCode expected)
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer(new HttpResponseMessage(status) { Content = new StringContent("<html>"), Headers = { Location = new Uri("https://api.upstream.example/repositories/9") } });

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues");

        Assert.AreEqual(expected, answer.StatusCode);
        var body = await RestHarness.RefusalAsync(answer);
        Assert.AreEqual(Header(answer, "X-Broker-Operation"), (string?)body["broker"]!["reference"]);
        Assert.IsNull(answer.Headers.Location);
    }

    [TestMethod]
    public async Task Answer_OfAnotherType_IsRefused()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([1]) { Headers = { ContentType = new("image/png") } } });

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues");

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [TestMethod]
    public async Task Media_IsAskedForInTheBrokersOwnWords()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer("{}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/repos/acme/payments-api/issues");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.github.squirrel-girl-preview+json, application/vnd.github.v3.full+json;q=0.9");
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", "1999-01-01");

        using var answer = await harness.Client.SendAsync(request);

        var sent = harness.Sent.Single().Headers;
        Assert.AreEqual(("application/vnd.github.full+json", "2022-11-28"), (sent.Accept.ToString(), sent.GetValues("X-GitHub-Api-Version").Single()));
    }

    [TestMethod]
    public async Task Read_ParametersThatTheRouteDoesNotHave_AreNotSentAndNamed()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Answer("[]");

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues?filter=all&state=open&filter=mine&evil=1");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("?state=open", harness.Sent.Single().RequestUri!.Query);
        Assert.AreEqual("filter, evil", Header(answer, "X-Broker-Ignored-Parameters"));
    }

    [TestMethod]
    [DataRow("GET", "/api/v3/repos/acme/payments-api/no-such-thing", 404, "not known to the broker: GET /repos/acme/payments-api/no-such-thing.")]
    [DataRow("GET", "/api/v3/repos/acme/payments-api/no%22such%3Cthing", 404, "not known to the broker: GET /repos/acme/payments-api/no%22such%3Cthing.", DisplayName = "what is repeated stays encoded")]
    [DataRow("PUT", "/api/v3/repos/acme/payments-api/issues", 404, "PUT /repos/acme/payments-api/issues; known of this path: GET, POST")]
    [DataRow("OPTIONS", "/api/v3/repos/acme/payments-api/issues", 404, "OPTIONS /repos/acme/payments-api/issues; known of this path: GET, POST")]
    [DataRow("GET", "/api/v3/gists", 400, "GET /gists is not let through: ")]
    [DataRow("POST", "/api/v3/repos/acme/payments-api/issues?evil=1", 400, "no query parameter 'evil'")]
    [DataRow("DELETE", "/api/v3/repos/acme/payments-api/contents/a.txt?message=m&sha=1", 400, "has no query parameter 'message'; known: none. What a call is to change goes into its body.")]
    [DataRow("GET", "/api/v3/repos/acme/payments-api/issues?state=open&ev%C3%AFl=1", 400, "no query parameter")]
    [DataRow("POST", "/api/v3/repos/acme/payments-api/releases/1/assets?name=x", 404, "not known to the broker", DisplayName = "an upload, not at the address for uploads")]
    [DataRow("GET", "/api/uploads/repos/acme/payments-api/issues", 404, "not known to the broker", DisplayName = "at the address for uploads, no upload")]
    public async Task Call_NotKnown_IsRefusedNamingIt(string method, string path, int status, string says)
    {
        await using var harness = await RestHarness.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.Contains(says, (string?)(await RestHarness.RefusalAsync(answer))["message"] ?? "");
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Caller_NotCovered_GetsGitHubsNotFoundAndNothingElse()
    {
        await using var harness = await RestHarness.StartAsync();

        using var there = await harness.Client.GetAsync("/api/v3/repos/acme/secret/issues");
        using var noName = await harness.Client.GetAsync("/api/v3/repos/acme/x.git/issues");

        foreach (var answer in (HttpResponseMessage[])[there, noName])
        {
            Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.AreEqual("""{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}""", await answer.Content.ReadAsStringAsync());
        }
    }

    [TestMethod]
    public async Task Caller_WithoutAPermission_IsToldWhich()
    {
        await using var harness = await RestHarness.StartAsync();

        using var answer = await harness.Client.PutAsJsonAsync("/api/v3/repos/acme/payments-api/topics", new { names = new[] { "x" } });

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = await RestHarness.RefusalAsync(answer);
        Assert.Contains("administration:write", (string?)body["message"] ?? "");
        Assert.AreEqual("Denied", (string?)body["broker"]!["kind"]);
    }

    [TestMethod]
    public async Task Caller_WithoutAToken_IsAskedForOne()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Client.DefaultRequestHeaders.Remove("Authorization");

        using var answer = await harness.Client.GetAsync("/api/v3/repos/acme/payments-api/issues");

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.AreEqual("Basic realm=\"CursorBroker\"", answer.Headers.WwwAuthenticate.Single().ToString());
        await RestHarness.RefusalAsync(answer);
        Assert.AreEqual("3.19.0", Header(answer, "X-GitHub-Enterprise-Version"));
    }

    [TestMethod]
    public async Task Caller_WithGhsScheme_IsLetIn()
    {
        await using var harness = await RestHarness.StartAsync();
        harness.Client.DefaultRequestHeaders.Remove("Authorization");
        harness.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"token {FakeAuthenticator.GoodToken}");
        harness.Answer("[]");

        Assert.AreEqual("[]", await harness.Client.GetStringAsync("/api/v3/repos/acme/payments-api/issues"));
    }

    [TestMethod]
    public async Task Upload_IsStreamedToItsOwnHost()
    {
        await using var harness = await RestHarness.StartAsync(examiner: Changing.ChangeCall.Examiner);
        harness.Pipeline.Upstream.Answer = static request => request.Method == HttpMethod.Get ? RestHarness.Json("""{"tag_name":"v1"}""") : RestHarness.Json("{}", HttpStatusCode.Created);

        using var answer = await harness.Client.PostAsync(
            "/api/uploads/repos/acme/payments-api/releases/1/assets?name=a.zip", new ByteArrayContent("zipzip"u8.ToArray()) { Headers = { ContentType = new("application/zip") } });

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        Assert.AreEqual("https://api.upstream.example/repos/Acme/Payments-API/releases/1", harness.Sent[0].RequestUri!.AbsoluteUri);
        var sent = harness.Sent[1];
        Assert.AreEqual("https://uploads.upstream.example/repos/Acme/Payments-API/releases/1/assets?name=a.zip", sent.RequestUri!.AbsoluteUri);
        Assert.AreEqual(("zipzip", "application/zip", 6L), (harness.Pipeline.Upstream.Bodies[^1], sent.Content!.Headers.ContentType!.ToString(), sent.Content.Headers.ContentLength));
    }

    [TestMethod]
    public async Task Body_TooLong_IsRefused()
    {
        await using var harness = await RestHarness.StartAsync(options: new() { MaxBodyBytes = 100 });

        using var answer = await harness.Client.PostAsJsonAsync("/api/v3/repos/acme/payments-api/issues", new { title = new string('x', 200) });

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Body_NoRoomForMore_IsAskedToComeAgain()
    {
        await using var harness = await RestHarness.StartAsync(options: new() { MaxHeldBytes = 10 });

        using var answer = await harness.Client.PostAsJsonAsync("/api/v3/repos/acme/payments-api/issues", new { title = "long enough" });

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.AreEqual("5", Header(answer, "Retry-After"));
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
