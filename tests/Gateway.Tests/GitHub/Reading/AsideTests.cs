using System.Net;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Tests.GitHub.Rest;

namespace CursorBroker.Gateway.Tests.GitHub.Reading;

/// <summary>
/// What names hidden refs and denied paths by the way. The caller of these attacks sees <c>main</c> and the tag <c>v1</c>, and nothing below <c>secret/</c>.
/// </summary>
[TestClass]
public sealed class AsideTests
{
    private const string Repository = "/api/v3/repos/acme/payments-api";

    private const string Permissions = "{ contents: write, actions: write, checks: write, pull_requests: write, deployments: write, security_events: write, vulnerability_alerts: write, "
        + "issues: write, administration: write, pages: read, repository_hooks: read, attestations: read, secret_scanning_alerts: read, metadata: read }";

    private const string Own = """ "repository":{"id":7},"head_repository":{"id":7} """;
    private const string Fork = """ "repository":{"id":7},"head_repository":{"id":8} """;
    private const string OfMain = """[{"number":1,"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"x","repo":{"id":8}}}]""";
    private const string OfHidden = """[{"number":2,"base":{"ref":"hidden","repo":{"id":7}},"head":{"ref":"x","repo":{"id":8}}}]""";

    private static readonly string Keeping = PolicyOf("refs: { visible: [main, refs/tags/v1] }", "deny: [{ read: { paths: [\"secret/**\"] } }]", "opaque: allow");
    private static readonly string Open = PolicyOf();

    [TestMethod]
    [DataRow("actions/runs", "workflow_runs", "head_branch", "main", "hidden")]
    [DataRow("actions/workflows/3/runs", "workflow_runs", "head_branch", "main", "hidden")]
    public Task Runs_OfHiddenBranches_AreLeftOut(string route, string list, string member, string shown, string hidden) => LeavesOutAsync(
        route,
        $$"""{"total_count":2,"{{list}}":[{"id":1,"{{member}}":"{{shown}}",{{Own}}},{"id":2,"{{member}}":"{{hidden}}",{{Own}}}]}""");

    [TestMethod]
    public Task Runs_OfAForksBranchNamedLikeAVisibleOne_AreLeftOut() => LeavesOutAsync(
        "actions/runs",
        $$"""{"total_count":4,"workflow_runs":[{"id":1,"head_branch":"main","pull_requests":{{OfMain}},{{Fork}}},{"id":2,"head_branch":"main","pull_requests":[],{{Fork}}},{"id":2,"head_branch":"main","pull_requests":{{OfHidden}},{{Fork}}},{"id":2,"head_branch":"main"}]}""");

    [TestMethod]
    public Task Runs_OfWorkflowsInDeniedFiles_AreLeftOut() => LeavesOutAsync(
        "actions/runs", $$"""{"total_count":2,"workflow_runs":[{"id":1,"head_branch":"main","path":"a.yml",{{Own}}},{"id":2,"head_branch":"main","path":"secret/a.yml@main",{{Own}}}]}""");

    [TestMethod]
    [DataRow("actions/artifacts", """{"total_count":3,"artifacts":[{"id":1,"workflow_run":{"repository_id":7,"head_repository_id":7,"head_branch":"main"}},{"id":2,"workflow_run":{"repository_id":7,"head_repository_id":7,"head_branch":"hidden"}},{"id":2,"workflow_run":{"repository_id":7,"head_repository_id":8,"head_branch":"main"}},{"id":2}]}""")]
    [DataRow("actions/caches", """{"total_count":2,"actions_caches":[{"id":1,"ref":"refs/heads/main"},{"id":2,"ref":"refs/heads/hidden"},{"id":2,"ref":"refs/pull/4/merge"}]}""")]
    [DataRow("actions/workflows", """{"total_count":2,"workflows":[{"id":1,"path":"a.yml"},{"id":2,"path":"secret/a.yml"}]}""")]
    [DataRow("releases", """[{"id":1,"tag_name":"v1"},{"id":2,"tag_name":"v2-secret"},{"id":2,"tag_name":"main"}]""")]
    [DataRow("pulls", """[{"id":1,"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"main","repo":{"id":7}}},{"id":1,"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"x","repo":{"id":8}}},{"id":2,"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"hidden","repo":{"id":7}}},{"id":2,"base":{"ref":"hidden","repo":{"id":7}},"head":{"ref":"x","repo":{"id":8}}}]""")]
    [DataRow("deployments", """[{"id":1,"ref":"main"},{"id":1,"ref":"refs/tags/v1"},{"id":2,"ref":"hidden"},{"id":2,"ref":"1111111111111111111111111111111111111111"}]""")]
    [DataRow("environments/prod/deployment-branch-policies", """{"total_count":3,"branch_policies":[{"id":1,"name":"main","type":"branch"},{"id":1,"name":"v1","type":"tag"},{"id":2,"name":"hidden"},{"id":2,"name":"hid*"}]}""")]
    [DataRow("rulesets/rule-suites", """[{"id":1,"ref":"refs/heads/main"},{"id":2,"ref":"refs/heads/hidden"}]""")]
    [DataRow("code-scanning/analyses", """[{"id":1,"ref":"refs/heads/main"},{"id":2,"ref":"refs/heads/hidden"}]""")]
    [DataRow("code-scanning/alerts", """[{"number":1,"most_recent_instance":{"ref":"refs/heads/main","location":{"path":"a"}}},{"number":2,"most_recent_instance":{"ref":"refs/heads/hidden","location":{"path":"a"}}},{"number":2,"most_recent_instance":{"ref":"refs/heads/main","location":{"path":"secret/key"}}}]""")]
    [DataRow("code-scanning/alerts/1/instances", """[{"id":1,"ref":"refs/heads/main","location":{"path":"a"}},{"id":2,"ref":"refs/heads/hidden","location":{"path":"a"}},{"id":2,"ref":"refs/heads/main","location":{"path":"secret/key"}}]""")]
    public Task Lists_OfWhatIsAboutHiddenRefsOrDeniedPaths_LeaveItOut(string route, string answer) => LeavesOutAsync(route, answer);

    [TestMethod]
    [DataRow("actions/runs/2", """{"id":2,"head_branch":"BRANCH","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/attempts/1", """{"id":2,"head_branch":"BRANCH","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/artifacts/2", """{"id":2,"workflow_run":{"repository_id":7,"head_repository_id":7,"head_branch":"BRANCH"}}""")]
    [DataRow("check-suites/2", """{"id":2,"head_branch":"BRANCH"}""")]
    [DataRow("deployments/2", """{"id":2,"ref":"BRANCH"}""")]
    [DataRow("rulesets/rule-suites/2", """{"id":2,"ref":"refs/heads/BRANCH"}""")]
    [DataRow("code-scanning/alerts/2", """{"number":2,"most_recent_instance":{"ref":"refs/heads/BRANCH","location":{"path":"a"}}}""")]
    [DataRow("code-scanning/analyses/2", """{"id":2,"ref":"refs/heads/BRANCH"}""")]
    [DataRow("pulls/2", """{"id":2,"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"BRANCH","repo":{"id":7}}}""")]
    public async Task Thing_OfAHiddenBranch_IsNotThere(string route, string answer)
    {
        // Attack: its number is known, from a page or a message, and it tells branch, commit and what is in them.
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Keeping, route, (route, answer.Replace("BRANCH", "main", StringComparison.Ordinal)))).Status);
        var hidden = await GetAsync(Keeping, route, (route, answer.Replace("BRANCH", "hidden", StringComparison.Ordinal)));
        var missing = await GetAsync(Keeping, route);

        Assert.AreEqual(HttpStatusCode.NotFound, hidden.Status, hidden.Body);
        Assert.AreEqual(missing, hidden, "what is hidden ends as what is not there");
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Open, route, (route, answer))).Status);
    }

    [TestMethod]
    [DataRow("releases/2", """{"id":2,"tag_name":"TAG"}""")]
    [DataRow("releases/latest", """{"id":2,"tag_name":"TAG"}""")]
    public async Task Release_OfAHiddenTag_IsNotThere(string route, string answer)
    {
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Keeping, route, (route, answer.Replace("TAG", "v1", StringComparison.Ordinal)))).Status);
        var hidden = await GetAsync(Keeping, route, (route, answer.Replace("TAG", "v2-secret", StringComparison.Ordinal)));

        Assert.AreEqual(await GetAsync(Keeping, route), hidden);
        Assert.AreEqual(HttpStatusCode.NotFound, hidden.Status);
    }

    [TestMethod]
    public async Task Release_ByTheNameOfAHiddenTag_IsRefusedWithoutAsking()
    {
        Assert.AreEqual(HttpStatusCode.Forbidden, (await GetAsync(Keeping, "releases/tags/v2-secret")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Keeping, "releases/tags/v1", ("releases/tags/v1", """{"tag_name":"v1"}"""))).Status);
    }

    [TestMethod]
    public async Task Release_MadeAtAHiddenBranch_DoesNotNameIt()
    {
        Assert.AreEqual(
            """{"tag_name":"v1","target_commitish":""}""",
            (await GetAsync(Keeping, "releases/2", ("releases/2", """{"tag_name":"v1","target_commitish":"hidden"}"""))).Body);
    }

    [TestMethod]
    [DataRow("actions/runs/2/jobs", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/logs", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/artifacts", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/timing", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/approvals", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/pending_deployments", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/attempts/1/jobs", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/runs/2/attempts/1/logs", "actions/runs/2", """{"head_branch":"REF","repository":{"id":7},"head_repository":{"id":7}}""")]
    [DataRow("actions/artifacts/2/zip", "actions/artifacts/2", """{"workflow_run":{"repository_id":7,"head_repository_id":7,"head_branch":"REF"}}""")]
    [DataRow("deployments/2/statuses", "deployments/2", """{"ref":"REF"}""")]
    [DataRow("deployments/2/statuses/3", "deployments/2", """{"ref":"REF"}""")]
    [DataRow("pulls/2/reviews", "pulls/2", """{"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"REF","repo":{"id":7}}}""")]
    [DataRow("pulls/2/reviews/3", "pulls/2", """{"base":{"ref":"main","repo":{"id":7}},"head":{"ref":"REF","repo":{"id":7}}}""")]
    public async Task Part_OfAThingOfAHiddenBranch_IsNotThere(string route, string whole, string answer)
    {
        // Attack: logs, artifacts and jobs hold what a hidden branch holds.
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Keeping, route, (whole, answer.Replace("REF", "main", StringComparison.Ordinal)), (route, "{}"))).Status);
        var hidden = await GetAsync(Keeping, route, (whole, answer.Replace("REF", "hidden", StringComparison.Ordinal)), (route, """{"leaked":1}"""));

        Assert.AreEqual(HttpStatusCode.NotFound, hidden.Status, hidden.Body);
        Assert.AreEqual(await GetAsync(Keeping, route), hidden, "what is hidden ends as what is not there");
    }

    [TestMethod]
    [DataRow("actions/jobs/3")]
    [DataRow("actions/jobs/3/logs")]
    public async Task Job_OfARunOfAHiddenBranch_IsNotThere(string route)
    {
        Assert.AreEqual(HttpStatusCode.OK, await StatusAsync("main"));
        Assert.AreEqual(HttpStatusCode.NotFound, await StatusAsync("hidden"));

        async Task<HttpStatusCode> StatusAsync(string branch) => (await GetAsync(
            Keeping, route, ("actions/jobs/3", """{"run_id":2}"""), ("actions/runs/2", $$"""{"head_branch":"{{branch}}",{{Own}}}"""), (route, """{"run_id":2}"""))).Status;
    }

    [TestMethod]
    [DataRow("check-runs/3", """{"check_suite":{"id":2},"pull_requests":[]}""")]
    [DataRow("check-runs/3/annotations", """[{"path":"a"}]""")]
    [DataRow("check-suites/2/check-runs", """{"total_count":0,"check_runs":[]}""")]
    public async Task CheckRun_OfASuiteOfAHiddenBranch_IsNotThere(string route, string answer)
    {
        Assert.AreEqual(answer, (await CheckAsync("main")).Body);
        Assert.AreEqual(HttpStatusCode.NotFound, (await CheckAsync("hidden")).Status);

        Task<Answered> CheckAsync(string branch) => GetAsync(
            Keeping, route, ("check-runs/3", """{"check_suite":{"id":2},"pull_requests":[]}"""), ("check-suites/2", $$"""{"head_branch":"{{branch}}"}"""), (route, answer));
    }

    [TestMethod]
    public async Task CheckRun_Shown_DoesNotNameHiddenPullRequestsNorDeniedPaths()
    {
        (string, string)[] known = [("check-runs/3", $$"""{"check_suite":{"id":2},"pull_requests":{{OfHidden}}}"""), ("check-suites/2", """{"head_branch":"main"}""")];

        Assert.AreEqual("""{"check_suite":{"id":2},"pull_requests":[]}""", (await GetAsync(Keeping, "check-runs/3", known)).Body);
        Assert.AreEqual(
            """[{"path":"a"}]""",
            (await GetAsync(Keeping, "check-runs/3/annotations", [.. known, ("check-runs/3/annotations", """[{"path":"a"},{"path":"secret/key","message":"k"}]""")])).Body);
    }

    [TestMethod]
    [DataRow("v1", HttpStatusCode.OK)]
    [DataRow("v2-secret", HttpStatusCode.NotFound)]
    [DataRow("untagged-1", HttpStatusCode.NotFound)]
    public async Task Asset_OfAReleaseOfAHiddenTag_IsNotThere(string tag, HttpStatusCode status)
    {
        Assert.AreEqual(status, (await GetAsync(Keeping, "releases/assets/5", ("releases/assets/5", $$"""{"browser_download_url":"https://github.com/acme/payments-api/releases/download/{{tag}}/a.zip"}"""))).Status);
        Assert.AreEqual(status, (await GetAsync(Keeping, "releases/4/assets", ("releases/4", $$"""{"tag_name":"{{tag}}"}"""), ("releases/4/assets", "[]"))).Status);
    }

    [TestMethod]
    [DataRow("issues/1/timeline")]
    [DataRow("issues/1/events")]
    [DataRow("issues/events")]
    [DataRow("issues/events/1")]
    [DataRow("comments")]
    [DataRow("comments/1")]
    [DataRow("hooks/1/deliveries/1")]
    [DataRow("traffic/popular/paths")]
    [DataRow("attestations/sha256:1")]
    [DataRow("secret-scanning/alerts/1/locations")]
    [DataRow("pages/builds")]
    [DataRow("rulesets/1")]
    [DataRow("code-scanning/alerts/1/autofix")]
    [DataRow("branches/hidden/protection")]
    [DataRow("rules/branches/hidden")]
    public async Task WhatNamesAnything_IsForWhoMayKnowOfEverything(string route)
    {
        Assert.AreEqual(HttpStatusCode.Forbidden, (await GetAsync(Keeping, route)).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Open, route, (route, "[]"))).Status);
    }

    [TestMethod]
    public async Task DependencyAlerts_OfDeniedFiles_AreLeftOut()
    {
        (string, string) repository = ("", """{"default_branch":"main"}""");

        Assert.AreEqual(
            """[{"number":1,"dependency":{"manifest_path":"a.json"}}]""",
            (await GetAsync(Keeping, "dependabot/alerts", repository, ("dependabot/alerts", """[{"number":1,"dependency":{"manifest_path":"a.json"}},{"number":2,"dependency":{"manifest_path":"secret/a.json"}}]"""))).Body);
        Assert.AreEqual(
            HttpStatusCode.NotFound, (await GetAsync(Keeping, "dependabot/alerts/2", repository, ("dependabot/alerts/2", """{"number":2,"dependency":{"manifest_path":"secret/a.json"}}"""))).Status);
    }

    [TestMethod]
    public async Task Count_BesideAList_IsOfWhatIsShown()
    {
        // Attack: 5 of 1 shown tells of 4 that are hidden; so does the number of the last page.
        var answer = await GetAsync(Keeping, "actions/runs", ("actions/runs", $$"""{"total_count":5,"workflow_runs":[{"head_branch":"main",{{Own}}},{"head_branch":"hidden",{{Own}}}]}"""));

        Assert.StartsWith("""{"total_count":1,""", answer.Body);
        Assert.AreEqual("<https://broker.example.com/api/v3/repos/Acme/Payments-API/x?page=2>; rel=\"next\"", answer.Links);
    }

    [TestMethod]
    [DataRow("actions/runs/2", "hidden")]
    [DataRow("actions/runs/2", "main")]
    [DataRow("actions/runs/3", "main")]
    public async Task Head_WhereSomethingIsLeftOut_TellsNothing(string route, string branch)
    {
        // Attack: length, links and status of the head are those of what was not edited.
        await using var harness = await RestHarness.StartAsync(Keeping, examiner: new ReadingExaminer());
        harness.Pipeline.Upstream.Answer = _ => throw new AssertFailedException("GitHub is not asked");
        using var request = new HttpRequestMessage(HttpMethod.Head, $"{Repository}/{route}?exclude_pull_requests={branch}");

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("PATCH", "pulls/2", """{"state":"closed"}""", true)]
    [DataRow("POST", "pulls/2/reviews", """{"event":"COMMENT","body":"x"}""", false)]
    [DataRow("PUT", "pulls/2/reviews/3", """{"body":"x"}""", false)]
    [DataRow("DELETE", "pulls/2/reviews/3", null, false)]
    [DataRow("PUT", "pulls/2/reviews/3/dismissals", """{"message":"x"}""", false)]
    [DataRow("POST", "pulls/2/reviews/3/events", """{"event":"COMMENT"}""", false)]
    public async Task Attack_WriteToAPullRequestOfAHiddenBranch_DoesNothing(string method, string route, string? body, bool changes)
    {
        foreach (var (branch, reaches) in new[] { ("main", true), ("hidden", false) })
        {
            await using var harness = await RestHarness.StartAsync(Keeping, examiner: changes ? Changing.ChangeCall.Examiner : new ReadingExaminer());
            var sent = 0;
            harness.Pipeline.Upstream.Answer = request =>
            {
                sent += request.Method == HttpMethod.Get ? 0 : 1;
                return RestHarness.Json($$"""{"number":2,"commit_id":"1111111111111111111111111111111111111111","base":{"ref":"main","repo":{"id":7} },"head":{"ref":"{{branch}}","repo":{"id":7} } }""");
            };
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{Repository}/{route}");
            request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

            using var answer = await harness.Client.SendAsync(request);

            Assert.AreEqual(reaches ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode, await answer.Content.ReadAsStringAsync());
            Assert.AreEqual(reaches ? 1 : 0, sent);
        }
    }

    [TestMethod]
    public async Task Run_ForATag_IsShownWithTheTag()
    {
        const string list = """{"total_count":2,"workflow_runs":[{"id":1,"event":"release","head_branch":"v1","repository":{"id":7},"head_repository":{"id":7}},{"id":2,"event":"release","head_branch":"main","repository":{"id":7},"head_repository":{"id":7}}]}""";

        Assert.AreEqual("""{"total_count":1,"workflow_runs":[{"id":1,""", (await GetAsync(Keeping, "actions/runs", ("actions/runs", list))).Body[..42]);
    }

    [TestMethod]
    public async Task List_ForWhoSeesEverything_IsPassedAsItIsAndNothingIsLookedUp()
    {
        await using var harness = await RestHarness.StartAsync(Open, examiner: new ReadingExaminer());
        const string json = """{"total_count":5,"workflow_runs":[{"head_branch":"hidden"}]}""";
        harness.Pipeline.Upstream.Answer = _ => RestHarness.Json(json);

        Assert.AreEqual(json, await harness.Client.GetStringAsync($"{Repository}/actions/runs"));
        Assert.AreEqual(json, await harness.Client.GetStringAsync($"{Repository}/actions/runs/2/jobs"));
        Assert.HasCount(2, harness.Sent);
        Assert.IsTrue(harness.Pipeline.Vault.Asked.All(static asked => asked.Permissions.Equals(PermissionSet.Of("actions", Access.Read))), "no credential for looking up");
    }

    [TestMethod]
    public async Task List_ForWhomNoRuleGivesContents_IsNotNarrowed()
    {
        var policy = PolicyOf().Replace(Permissions, "{ actions: read }", StringComparison.Ordinal);

        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(policy, "actions/runs/2", ("actions/runs/2", """{"head_branch":"any"}"""))).Status);
    }

    [TestMethod]
    public async Task Lookup_OfARun_HasNoPermissionButThat()
    {
        await using var harness = await RestHarness.StartAsync(Keeping, examiner: new ReadingExaminer());
        harness.Pipeline.Upstream.Answer = _ => RestHarness.Json($$"""{"head_branch":"main",{{Own}}}""");

        using var answer = await harness.Client.GetAsync($"{Repository}/actions/runs/2/jobs");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsTrue(harness.Pipeline.Vault.Asked.All(static asked => asked.Permissions.Equals(PermissionSet.Of("actions", Access.Read))));
    }

    [TestMethod]
    [DataRow("issues/1", "application/vnd.github.html+json")]
    [DataRow("issues/1", "application/vnd.github.full+json")]
    [DataRow("issues/1/comments", "application/vnd.github.v3.full+json")]
    [DataRow("releases", "application/vnd.github.text+json")]
    [DataRow("pulls/1", "application/vnd.github.html")]
    public async Task RenderedText_WhereSomethingIsHidden_IsRefused(string route, string accept)
    {
        // Attack: a comment links to lines of a denied file, and GitHub renders them into its text.
        Assert.AreEqual(HttpStatusCode.Forbidden, (await GetAsync(Keeping, route, accept, (route, "{}"))).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(Open, route, accept, (route, "{}"))).Status);
    }

    [TestMethod]
    public void EveryRouteHere_IsOneThatReadsContents()
    {
        var contents = ApiRoutes.GitHub.All.Where(static route => route.Kind == ApiRouteKind.Contents).Select(static route => route.Id).ToHashSet();

        Assert.AreEqual("", string.Join(", ", AsideRoutes.Ids.Where(id => !contents.Contains(id))));
        Assert.AreEqual("", string.Join(", ", AsideRoutes.Ids.Intersect(ReadingRoutes.Ids)));
    }

    private static string PolicyOf(params string[] more) => $$"""
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: {{Permissions}}
            {{string.Join("\n    ", more)}}
        """;

    /// <summary>Of a list's entries those are shown whose number or id is 1.</summary>
    private static async Task LeavesOutAsync(string route, string answer)
    {
        Assert.AreEqual(answer, (await GetAsync(Open, route, (route, answer))).Body, "for who sees everything it is what it was");

        var shown = (await GetAsync(Keeping, route, (route, answer))).Body;

        Assert.Contains(":1,", shown);
        Assert.DoesNotContain("\"id\":2", shown);
        Assert.DoesNotContain("\"number\":2", shown);
    }

    private static Task<Answered> GetAsync(string policy, string route, params (string Path, string Json)[] known) => GetAsync(policy, route, "application/vnd.github+json", known);

    /// <summary>What a caller gets of a GitHub that knows these, and nothing else.</summary>
    private static async Task<Answered> GetAsync(string policy, string route, string accept, params (string Path, string Json)[] known)
    {
        await using var harness = await RestHarness.StartAsync(policy, examiner: new ReadingExaminer());
        harness.Pipeline.Upstream.Answer = request =>
        {
            var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath)["/repos/Acme/Payments-API".Length..].TrimStart('/');
            var json = known.FirstOrDefault(each => each.Path == path).Json;
            var answer = RestHarness.Json(json ?? """{"message":"Not Found","documentation_url":"https://docs.github.com/rest/x","status":"404"}""", json is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
            answer.Headers.TryAddWithoutValidation(
                "Link", "<https://api.upstream.example/repos/Acme/Payments-API/x?page=2>; rel=\"next\", <https://api.upstream.example/repos/Acme/Payments-API/x?page=9>; rel=\"last\"");
            return answer;
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Repository}/{route}".TrimEnd('/'));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await harness.Client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return new(answer.StatusCode, body, answer.Headers.TryGetValues("Link", out var links) ? string.Join(", ", links) : "");
    }

    private sealed record Answered(HttpStatusCode Status, string Body, string Links);
}
