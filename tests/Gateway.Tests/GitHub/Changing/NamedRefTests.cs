using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Calls that act on a ref or a commit that they name, by its name or by the number of what ran there.</summary>
[TestClass]
public sealed class NamedRefTests
{
    private const string Repo = "/repos/{owner}/{repo}";

    private readonly MadeRepository _there = new();
    private readonly GitOid _main;
    private readonly GitOid _hidden;

    public NamedRefTests()
    {
        _main = _there.Commit("refs/heads/main", null, ("a", "1"));
        _hidden = _there.Commit("refs/heads/hidden", _main, ("a", "2"));
        foreach (var (name, commit) in new[] { ("main", _main), ("hidden", _hidden) })
        {
            _there.Answer($"/git/ref/tags/{name}", "");
            _there.Answer($"/git/ref/heads/{name}", "{}");
            _there.Answer($"/git/ref/heads/{name}", $$"""{"ref":"refs/heads/{{name}}"}""");
            _there.Answer($"/git/commits/{commit.Hex}", $$"""{"sha":"{{commit.Hex}}"}""");
            _there.Answer($"/commits/{commit.Hex}/branches-where-head", $$"""[{"name":"{{name}}"}]""");
            _there.Answer($"/compare/main...{commit.Hex}?per_page=1", name == "main" ? """{"status":"identical"}""" : """{"status":"ahead"}""");
        }
    }

    [TestMethod]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":"NAME","inputs":{}}""", DisplayName = "a workflow run there")]
    [DataRow("POST /deployments", """{"ref":"NAME","auto_merge":false}""", DisplayName = "deployed by its name")]
    [DataRow("POST /deployments", """{"ref":"COMMIT","auto_merge":false}""", DisplayName = "deployed by its commit")]
    [DataRow("POST /check-runs", """{"name":"ci","head_sha":"COMMIT","conclusion":"success"}""")]
    [DataRow("POST /check-suites", """{"head_sha":"COMMIT"}""")]
    [DataRow("POST /statuses/{sha}", """{"state":"success"}""")]
    [DataRow("POST /commits/{commit_sha}/comments", """{"body":"x"}""")]
    [DataRow("POST /code-scanning/sarifs", """{"commit_sha":"COMMIT","ref":"refs/heads/NAME","sarif":"x"}""")]
    [DataRow("POST /code-scanning/sarifs", """{"commit_sha":"VISIBLE","ref":"refs/heads/NAME","sarif":"x"}""", DisplayName = "a visible commit, said to be of a hidden ref")]
    [DataRow("POST /dependency-graph/snapshots", """{"sha":"COMMIT","ref":"refs/heads/NAME"}""")]
    public async Task Call_OnANamedRef_IsForWhomThatOneIsShown(string route, string body)
    {
        // Attack: a hidden branch's workflow is run, or its commit is said to have passed, by whoever guesses its name.
        var (visible, hidden) = (await EffectAsync(route, body, "main", _main), await EffectAsync(route, body, "hidden", _hidden));

        Assert.AreEqual("refs/heads/main", Reads(visible));
        Assert.AreNotEqual("", Reads(hidden).Replace("refs/heads/main", "", StringComparison.Ordinal).Trim(), $"it is decided as what is hidden: {Reads(hidden)}");
        Assert.IsNull(hidden.Body?["head"], "it is the same call");
    }

    [TestMethod]
    public async Task Dispatch_OfARefThatIsNotThere_EndsAsOneThatIsHidden()
    {
        _there.Answer("/git/ref/tags/absent", "");
        _there.Answer("/git/ref/heads/absent", "");

        Assert.AreEqual("refs/heads/absent", Reads(await EffectAsync("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":"NAME"}""", "absent", _main)));
    }

    [TestMethod]
    public async Task Dispatch_OfATagThatHasABranchsName_IsForWhomBothAreShown()
    {
        _there.Answer("/git/ref/tags/main", """{"ref":"refs/tags/main"}""");

        Assert.AreEqual("refs/tags/main refs/heads/main", Reads(await EffectAsync("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":"NAME"}""", "main", _main)));
    }

    [TestMethod]
    public async Task RepositoryDispatch_RunsAtTheDefaultBranch() =>
        Assert.AreEqual("refs/heads/main", Reads(await EffectAsync("POST /dispatches", """{"event_type":"x"}""", "", _main)));

    [TestMethod]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":"main"}""")]
    [DataRow("POST /deployments", """{"ref":"main","auto_merge":false}""")]
    public async Task Attack_ApprovedForOneCommit_IsNotForTheNext(string route, string body)
    {
        // Attack: a deployment of main is agreed to, main moves, and the same request is sent again.
        var before = (await EffectAsync(route, body, "main", _main)).ResolvedState;
        var moved = _there.Commit("refs/heads/main", _main, ("b", "2"));
        var after = (await EffectAsync(route, body, "main", moved)).ResolvedState;

        Assert.Contains($"refs/heads/main {_main.Hex}", before);
        Assert.Contains($"refs/heads/main {moved.Hex}", after);
    }

    [TestMethod]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches", "{}")]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":""}""")]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches", """{"ref":["main"]}""")]
    [DataRow("POST /check-runs", """{"name":"ci","HEAD_SHA":"x"}""")]
    [DataRow("POST /code-scanning/sarifs", """{"commit_sha":"COMMIT"}""")]
    [DataRow("POST /deployments", """{"auto_merge":false}""")]
    public async Task Call_ThatNamesNothing_IsRefusedBeforeAnythingIsAsked(string route, string body)
    {
        Assert.AreEqual(RefusalKind.Malformed, (await Call(route, body, "main", _main).RefusedAsync(_there)).Kind);
        Assert.IsEmpty(_there.Asked);
    }

    [TestMethod]
    public async Task Call_OfWhoSeesEverything_AsksNothing()
    {
        var call = new ChangeCall("POST", $"{Repo}/statuses/{{sha}}", """{"state":"success"}""").With("sha", _hidden.Hex);

        Assert.AreEqual("any", Reads(await call.EffectAsync(_there)));
        Assert.IsEmpty(_there.Asked);
    }

    [TestMethod]
    [DataRow("POST /actions/runs/{run_id}/rerun")]
    [DataRow("POST /actions/runs/{run_id}/rerun-failed-jobs")]
    [DataRow("POST /actions/runs/{run_id}/cancel")]
    [DataRow("POST /actions/runs/{run_id}/force-cancel")]
    [DataRow("DELETE /actions/runs/{run_id}")]
    [DataRow("DELETE /actions/runs/{run_id}/logs")]
    [DataRow("POST /actions/jobs/{job_id}/rerun")]
    [DataRow("PATCH /check-runs/{check_run_id}")]
    [DataRow("POST /check-runs/{check_run_id}/rerequest")]
    [DataRow("POST /check-suites/{check_suite_id}/rerequest")]
    public async Task Run_ByItsNumber_IsForWhomItsRefIsShown(string route)
    {
        // Attack: numbers are counted through, and what ran for a hidden branch runs again.
        Ran("1", "main", _main);
        Ran("2", "hidden", _hidden);

        Assert.AreEqual("refs/heads/main", Reads(await RunAsync(route, "1")));
        Assert.IsTrue(Reads(await RunAsync(route, "2")) is "refs/heads/hidden" or "any");
    }

    [TestMethod]
    public async Task Run_OfAForksBranch_IsNotTakenForTheBranchOfThatNameHere()
    {
        // Attack: a fork's branch is called main.
        Ran("3", "main", _main, repository: 77);

        Assert.AreEqual("any", Reads(await RunAsync("POST /actions/runs/{run_id}/rerun", "3")));
    }

    [TestMethod]
    [DataRow("POST /actions/runs/{run_id}/rerun", "actions:read, contents:read")]
    [DataRow("POST /check-suites/{check_suite_id}/rerequest", "checks:read, contents:read")]
    [DataRow("POST /releases/{release_id}/assets", "contents:write")]
    [DataRow("POST /statuses/{sha}", "contents:read")]
    public void LookUp_IsDoneWithWhatItTakes(string route, string permissions) => Assert.AreEqual(permissions, Call(route, "{}", "main", _main).LookUpPermissions().ToString());

    private static string Reads(RestEffect effect) => string.Join(' ', effect.Operations.Select(static operation => operation.Details).OfType<ApiCall>()
        .Select(static call => call.Reads is { Paths.Count: 0 } reads ? reads.From?.Value ?? "any" : "nothing"));

    private ChangeCall Call(string route, string body, string name, GitOid commit) =>
        new ChangeCall(
            route.Split(' ')[0],
            Repo + route.Split(' ')[1],
            body.Replace("NAME", name, StringComparison.Ordinal).Replace("COMMIT", commit.Hex, StringComparison.Ordinal).Replace("VISIBLE", _main.Hex, StringComparison.Ordinal))
        {
            Visible = ChangeCall.Only("refs/heads/main"),
        }.With("sha", commit.Hex).With("commit_sha", commit.Hex).With("workflow_id", "ci.yml");

    private Task<RestEffect> EffectAsync(string route, string body, string name, GitOid commit) => Call(route, body, name, commit).EffectAsync(_there);

    private Task<RestEffect> RunAsync(string route, string number) => Call(route, "{}", "", _main)
        .With("run_id", number).With("job_id", number).With("check_run_id", number).With("check_suite_id", number).EffectAsync(_there);

    private void Ran(string number, string branch, GitOid commit, long repository = 42)
    {
        _there.Answer($"/actions/runs/{number}", $$"""{"head_branch":"{{branch}}","head_sha":"{{commit.Hex}}","head_repository":{"id":{{repository}}} }""");
        _there.Answer($"/actions/jobs/{number}", $$"""{"run_id":{{number}},"head_branch":"main"}""");
        _there.Answer($"/check-runs/{number}", $$"""{"head_sha":"{{commit.Hex}}"}""");
        _there.Answer($"/check-suites/{number}", $$"""{"head_branch":"main","head_sha":"{{commit.Hex}}"}""");
    }
}
