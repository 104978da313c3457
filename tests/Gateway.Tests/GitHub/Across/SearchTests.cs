using System.Net;
using System.Text.Json.Nodes;
using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.Tests.GitHub.Across;

/// <summary>A search looks in named repositories of one owner, with a credential for those, and nothing else is in its answer.</summary>
[TestClass]
public sealed class SearchTests
{
    private const string Nothing = """{"total_count":0,"incomplete_results":false,"items":[]}""";
    private static readonly string[] All = ["acme/payments-api", "acme/payments-web", "acme/internal", "acme/looks", "acme/asks"];

    [TestMethod]
    [DataRow("refund is:pr head:hidden", HttpStatusCode.Forbidden)]
    [DataRow("is:pr -base:main", HttpStatusCode.Forbidden)]
    [DataRow("is:pr (HEAD:hidden OR x)", HttpStatusCode.Forbidden)]
    [DataRow("is:pr refund", HttpStatusCode.OK)]
    public async Task Issues_ByBranch_AreNotSearchedWhereBranchesAreHidden(string q, HttpStatusCode expected)
    {
        // Attack: what is found tells whether a branch of that name is there.
        const string policy = """
            version: 1
            issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
            rules:
              - { id: files, who: { groups: [dev] }, repositories: [acme/payments-api], allow: { contents: read }, refs: { visible: [main] } }
              - { id: pulls, who: { groups: [dev] }, repositories: [acme/payments-api], allow: { pull_requests: read } }
            """;
        await using var hidden = await AcrossHarness.StartAsync(new FakeCatalog("acme/payments-api"), policy);
        await using var open = await AcrossHarness.StartAsync("acme/payments-api");
        hidden.Answer("""{"total_count":0,"items":[]}""");
        open.Answer("""{"total_count":0,"items":[]}""");

        Assert.AreEqual(expected, (await hidden.GetAsync($"/search/issues?q={Uri.EscapeDataString(q)}")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await open.GetAsync($"/search/issues?q={Uri.EscapeDataString(q)}")).Status);
    }

    [TestMethod]
    public async Task Search_OfEverything_LooksInWhatMayBeSearchedAlone()
    {
        await using var harness = await AcrossHarness.StartAsync(All);
        harness.Answer(Nothing);

        var (status, _) = await harness.GetAsync("/search/issues?q=refund+is:issue&sort=updated&per_page=5");

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("repo:acme/payments-api repo:acme/payments-web refund is:issue", harness.SentQ, "not what is not covered, what gives no issues, or what waits for people");
        Assert.AreEqual("acme/payments-api, acme/payments-web: issues:read", harness.Credential);
        StringAssert.EndsWith(harness.Sent.Query, "&sort=updated&per_page=5");
        Assert.HasCount(2, harness.Pipeline.Ledger.Events.OfType<OperationDecided>());
    }

    [TestMethod]
    [DataRow("x", "acme/payments-api, acme/payments-web: issues:read, pull_requests:read", DisplayName = "both, when it is not said")]
    [DataRow("x is:pr", "acme/payments-api, acme/payments-web: pull_requests:read")]
    [DataRow("x type:pr is:open", "acme/payments-api, acme/payments-web: pull_requests:read")]
    [DataRow("x is:merged", "acme/payments-api, acme/payments-web: pull_requests:read")]
    [DataRow("x is:issue -repo:acme/payments-web", "acme/payments-api: issues:read")]
    [DataRow("x is:issue repo:ACME/Payments-Web", "acme/payments-web: issues:read")]
    [DataRow("x is:issue org:acme", "acme/payments-api, acme/payments-web: issues:read")]
    [DataRow("x is:issue repo:acme/payments-api repo:acme/internal", "acme/payments-api: issues:read", DisplayName = "what is not covered is as if it were not there")]
    public async Task Search_Query_DecidesWhatTheCredentialIsFor(string q, string expected)
    {
        await using var harness = await AcrossHarness.StartAsync(All);
        harness.Answer(Nothing);

        await harness.GetAsync($"/search/issues?q={Uri.EscapeDataString(q)}");

        Assert.AreEqual(expected, harness.Credential);
    }

    [TestMethod]
    public async Task Search_RepositoryThatIsNotCovered_ReadsAsOneThatDoesNotExist()
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var hidden = await harness.GetAsync("/search/issues?q=x+repo:acme/internal");
        var missing = await harness.GetAsync("/search/issues?q=x+repo:acme/no-such-thing");
        var owner = await harness.GetAsync("/search/issues?q=x+org:nobody");

        foreach (var (status, json) in new[] { hidden, missing, owner })
        {
            Assert.AreEqual(HttpStatusCode.UnprocessableEntity, status);
            Assert.AreEqual((string?)hidden.Json!["message"], (string?)json!["message"]);
        }

        Assert.IsEmpty(harness.Pipeline.Vault.Asked);
    }

    [TestMethod]
    [DataRow("acme/looks", "issues", DisplayName = "covered without the permission")]
    [DataRow("acme/asks", "approval", DisplayName = "waits for people, who cannot be asked about a search")]
    public async Task Search_NamedRepositoryThatMayBeLookedAtOnly_IsToldWhatIsMissing(string name, string expected)
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var (status, json) = await harness.GetAsync($"/search/issues?q=x+is:issue+repo:{name}");

        Assert.AreEqual(HttpStatusCode.Forbidden, status);
        StringAssert.Contains((string?)json!["message"], expected);
        Assert.IsEmpty(harness.Pipeline.Vault.Asked);
    }

    [TestMethod]
    public async Task Search_RepositoriesOfSeveralOwners_AsksForOne()
    {
        await using var harness = await AcrossHarness.StartAsync("acme/payments-api", "other/tools");
        harness.Answer(Nothing);

        var (status, json) = await harness.GetAsync("/search/issues?q=x+is:issue");
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, status);
        StringAssert.Contains((string?)json!["message"], "org:OWNER");

        Assert.AreEqual(HttpStatusCode.OK, (await harness.GetAsync("/search/issues?q=x+is:issue+-org:other")).Status);
        Assert.AreEqual("acme/payments-api: issues:read", harness.Credential);
    }

    [TestMethod]
    [DataRow(20, HttpStatusCode.OK, "https://api.upstream.example/")]
    [DataRow(21, HttpStatusCode.UnprocessableEntity, "https://api.upstream.example/")]
    [DataRow(6, HttpStatusCode.OK, "https://api.github.com/")]
    [DataRow(7, HttpStatusCode.UnprocessableEntity, "https://api.github.com/")]
    public async Task Search_TooManyRepositories_IsAskedToNameThem(int count, HttpStatusCode expected, string api)
    {
        await using var harness = await AcrossHarness.StartAsync(new FakeCatalog([.. Enumerable.Range(1, count).Select(static i => $"acme/payments-{i}")]), api: new Uri(api));
        harness.Answer(Nothing);

        var (status, json) = await harness.GetAsync("/search/issues?q=x+is:issue");

        Assert.AreEqual(expected, status);
        Assert.AreEqual(expected != HttpStatusCode.OK, ((string?)json!["message"])?.Contains("repo:OWNER/NAME", StringComparison.Ordinal) ?? false);
    }

    [TestMethod]
    [DataRow("x", "(repo:acme/payments-api OR repo:acme/payments-web) x is:issue", true)]
    [DataRow("x repo:acme/payments-api", "repo:acme/payments-api x is:issue", false)]
    public async Task Search_OfIssuesAtGitHubDotCom_SaysOr(string q, string expected, bool isAdvanced)
    {
        await using var harness = await AcrossHarness.StartAsync(new FakeCatalog(All), api: new Uri("https://api.github.com/"));
        harness.Answer(Nothing);

        await harness.GetAsync($"/search/issues?q={Uri.EscapeDataString(q)}+is:issue");

        Assert.AreEqual(expected, harness.SentQ);
        Assert.AreEqual(isAdvanced, harness.Sent.Query.Contains("advanced_search=true", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("issues", """{"repository_url":"https://api.upstream.example/repos/NAME"}""")]
    [DataRow("code", """{"path":"a","repository":{"full_name":"NAME"}}""")]
    [DataRow("commits", """{"sha":"a","repository":{"full_name":"NAME"}}""")]
    [DataRow("repositories", """{"full_name":"NAME"}""")]
    public async Task Answer_ItemOfAnotherRepository_IsLeftOut(string what, string item)
    {
        await using var harness = await AcrossHarness.StartAsync(All);
        string[] names = ["acme/payments-api", "evil/public", "Acme/Payments-API", "acme/payments-web", "acme/payments-apix"];
        harness.Answer($$"""{"total_count":5,"incomplete_results":false,"items":[{{string.Join(',', names.Select(name => item.Replace("NAME", name, StringComparison.Ordinal)))}},{},7,null]}""");

        var (_, json) = await harness.GetAsync($"/search/{what}?q=x+repo:acme/payments-api");

        Assert.HasCount(2, json!["items"]!.AsArray());
        StringAssert.Contains(json["items"]![0]!.ToJsonString(), "acme/payments-api");
        StringAssert.Contains(json["items"]![1]!.ToJsonString(), "Acme/Payments-API");
    }

    [TestMethod]
    public async Task CodeSearch_DeniedPath_IsNeitherShownNorCounted()
    {
        await using var harness = await AcrossHarness.StartAsync("acme/kept");
        harness.Answer(Files(total: 3, "src/a.cs", "secret/key.txt", "src/b.cs"));

        var (_, json) = await harness.GetAsync("/search/code?q=password&per_page=1&page=2");

        Assert.AreEqual("src/b.cs", (string?)json!["items"]!.AsArray().Single()!["path"], "the second of what may be seen");
        Assert.AreEqual((2, true), ((int)json["total_count"]!, (bool)json["incomplete_results"]!));
        StringAssert.EndsWith(harness.Sent.Query, "per_page=100");
        Assert.DoesNotContain("page=2", harness.Sent.Query);
    }

    [TestMethod]
    public async Task CodeSearch_HitsInADeniedFileAlone_CannotBeToldFromNone()
    {
        await using var harness = await AcrossHarness.StartAsync("acme/kept");
        harness.Answer(Files(total: 1, "secret/key.txt"));
        var (_, guessed) = await harness.GetAsync("/search/code?q=hunter2+repo:acme/kept");
        harness.Answer(Files(total: 0));
        var (_, missed) = await harness.GetAsync("/search/code?q=hunter3+repo:acme/kept");

        Assert.AreEqual(missed!.ToJsonString(), guessed!.ToJsonString());
    }

    [TestMethod]
    public async Task CodeSearch_FileThatSaysNoPath_IsLeftOutWhereSomeAreDenied()
    {
        await using var harness = await AcrossHarness.StartAsync("acme/kept");
        harness.Answer("""{"total_count":1,"items":[{"repository":{"full_name":"acme/kept"}},{"path":7,"repository":{"full_name":"acme/kept"}}]}""");

        Assert.IsEmpty((await harness.GetAsync("/search/code?q=x")).Json!["items"]!.AsArray());
    }

    [TestMethod]
    [DataRow("code")]
    [DataRow("commits")]
    public async Task Search_DefaultBranchThatIsNotVisible_IsNotSearched(string what)
    {
        await using var harness = await AcrossHarness.StartAsync("acme/branches", "acme/payments-api");
        harness.Answer(Nothing);

        Assert.AreEqual(HttpStatusCode.Forbidden, (await harness.GetAsync($"/search/{what}?q=x+repo:acme/branches")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await harness.GetAsync($"/search/{what}?q=x")).Status);
        Assert.AreEqual("acme/payments-api: contents:read", harness.Credential);
    }

    [TestMethod]
    public async Task Answer_ThatIsNoSearchs_IsRefused()
    {
        await using var harness = await AcrossHarness.StartAsync(All);
        harness.Answer("""{"total_count":1}""");

        Assert.AreEqual(HttpStatusCode.BadGateway, (await harness.GetAsync("/search/issues?q=x+is:issue")).Status);
    }

    [TestMethod]
    public async Task LabelSearch_ByNumber_IsOfThatRepositoryAlone()
    {
        await using var harness = await AcrossHarness.StartAsync(All);
        harness.Answer("""{"total_count":2,"items":[{"url":"https://api.upstream.example/repos/acme/payments-web/labels/bug"},{"url":"https://api.upstream.example/repos/acme/internal/labels/bug"}]}""");

        var (_, json) = await harness.GetAsync("/search/labels?q=bug&repository_id=2");

        Assert.AreEqual("https://broker.example.com/api/v3/repos/acme/payments-web/labels/bug", (string?)json!["items"]!.AsArray().Single()!["url"]);
        Assert.AreEqual("acme/payments-web: issues:read", harness.Credential);
    }

    [TestMethod]
    [DataRow("3", HttpStatusCode.NotFound, DisplayName = "of a repository that is not covered")]
    [DataRow("99", HttpStatusCode.NotFound, DisplayName = "of none")]
    [DataRow("x", HttpStatusCode.UnprocessableEntity)]
    public async Task LabelSearch_OtherNumber_IsNobodys(string id, HttpStatusCode expected)
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var (status, json) = await harness.GetAsync($"/search/labels?q=bug&repository_id={id}");

        Assert.AreEqual(expected, status);
        Assert.IsTrue(expected != HttpStatusCode.NotFound || (string?)json!["message"] == "Not Found");
    }

    [TestMethod]
    [DataRow("/search/issues")]
    [DataRow("/search/issues?q=+")]
    [DataRow("/search/issues?q=(repo:acme/internal)")]
    public async Task Search_ThatCannotBeUnderstood_IsRefusedBeforeAnythingElse(string path)
    {
        await using var harness = await AcrossHarness.StartAsync(new FakeCatalog { Instead = new(Core.Credentials.MintFailure.Unavailable, "down") });

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, (await harness.GetAsync(path)).Status);
    }

    private static string Files(int total, params string[] paths) => new JsonObject
    {
        ["total_count"] = total,
        ["incomplete_results"] = false,
        ["items"] = new JsonArray([.. paths.Select(static path => new JsonObject { ["path"] = path, ["repository"] = new JsonObject { ["full_name"] = "acme/kept" } })]),
    }.ToJsonString();
}
