using System.Net;
using System.Net.Http.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.GitHub.Rest;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>A repository's settings, changed by the API.</summary>
[TestClass]
public sealed class RepositorySettingsTests
{
    private const string Settings = "/repos/{owner}/{repo}";

    private readonly MadeRepository _there = new();

    [TestMethod]
    [DataRow("""{"name":"other"}""", DisplayName = "attack: a name that laxer rules are about")]
    [DataRow("""{"default_branch":"cursor/mine"}""", DisplayName = "attack: what created refs are counted from")]
    [DataRow("""{"private":false}""", DisplayName = "attack: everybody reads")]
    [DataRow("""{"visibility":"public"}""")]
    [DataRow("""{"archived":true}""")]
    [DataRow("""{"allow_forking":true}""", DisplayName = "attack: a fork is a copy")]
    [DataRow("""{"is_template":true}""", DisplayName = "attack: so is what is made from a template")]
    [DataRow("""{"allow_auto_merge":true}""", DisplayName = "attack: merged later, by GitHub")]
    [DataRow("""{"delete_branch_on_merge":true}""", DisplayName = "attack: branches are deleted on the side")]
    [DataRow("""{"allow_rebase_merge":true}""")]
    [DataRow("""{"squash_merge_commit_title":"PR_TITLE"}""")]
    [DataRow("""{"security_and_analysis":{"secret_scanning":{"status":"disabled"}}}""")]
    [DataRow("""{"description":"x","default_branch":"main"}""", DisplayName = "attack: behind a harmless one")]
    public async Task Settings_OfTheWhole_AreForWhomNothingIsHeldBack(string body)
    {
        var call = new ChangeCall("PATCH", Settings, body);

        Assert.IsTrue(((ApiCall)call.Outline().Value![^1].Details).ReachesAll, "before anything is looked up");
        Assert.IsTrue(((ApiCall)(await call.EffectAsync(_there)).Operations.Single().Details).ReachesAll);
        Assert.IsEmpty(_there.Asked);
    }

    [TestMethod]
    [DataRow("""{"description":"x","homepage":"https://x.example"}""")]
    [DataRow("""{"has_issues":true,"has_projects":false,"has_wiki":false}""")]
    [DataRow("""{"name":"pay","description":"x"}""", DisplayName = "clients that always send the name")]
    [DataRow("""{"name":"PAY"}""")]
    [DataRow("""{"description":"x","default_branch":null}""", DisplayName = "and what they leave empty")]
    public async Task Settings_OfWhatItSaysOfItself_NeedThePermissionAlone(string body)
    {
        var effect = await new ChangeCall("PATCH", Settings, body).EffectAsync(_there);

        Assert.IsFalse(((ApiCall)effect.Operations.Single().Details).ReachesAll);
        Assert.IsFalse(effect.Body!.AsObject().ContainsKey("name"), "a name that is not changed is not sent: it may be another one by then");
        Assert.IsFalse(effect.Body.AsObject().ContainsKey("default_branch"));
    }

    [TestMethod]
    [DataRow("""{"Default_Branch":"x"}""")]
    [DataRow("""{"new_setting":true}""")]
    public async Task Settings_ThatNobodyKnows_AreRefused(string body) =>
        Assert.AreEqual(RefusalKind.NotSupported, (await new ChangeCall("PATCH", Settings, body).RefusedAsync(_there)).Kind);

    [TestMethod]
    [DataRow("PATCH", "", """{"default_branch":"cursor/x"}""")]
    [DataRow("DELETE", "/branches/main/protection", null)]
    [DataRow("PUT", "/collaborators/mallory", """{"permission":"admin"}""")]
    [DataRow("POST", "/pages", """{"source":{"branch":"hidden"}}""")]
    [DataRow("DELETE", "/releases/assets/7", null)]
    public async Task Whole_ByWhoIsHeldToSomeRefs_IsRefusedWithWhatToAskFor(string method, string path, string? body)
    {
        await using var harness = await RestHarness.StartAsync(Policy("refs: { push: ['cursor/**'] }"), examiner: ChangeCall.Examiner);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v3/repos/acme/payments-api{path}") { Content = body is null ? null : new StringContent(body, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json")) };

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("This is about the repository as a whole, and rule 'all' lets refs/heads/cursor/** be pushed only", (string?)(await RestHarness.RefusalAsync(answer))["message"] ?? "");
        Assert.IsEmpty(harness.Sent);
    }

    [TestMethod]
    public async Task Whole_ByWhoIsHeldToNothing_IsSent()
    {
        await using var harness = await RestHarness.StartAsync(Policy(""), examiner: ChangeCall.Examiner);
        harness.Answer("{}");

        using var protection = await harness.Client.PutAsJsonAsync("/api/v3/repos/acme/payments-api/branches/main/protection", new { enforce_admins = true });
        using var settings = await harness.Client.PatchAsJsonAsync("/api/v3/repos/acme/payments-api", new { default_branch = "next" });

        Assert.AreEqual((HttpStatusCode.OK, HttpStatusCode.OK), (protection.StatusCode, settings.StatusCode));
        Assert.AreEqual("""{"default_branch":"next"}""", harness.Pipeline.Upstream.Bodies[^1]);
    }

    private static string Policy(string more) => $$"""
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: all
            who: { groups: [dev] }
            repositories: [acme/*]
            allow: { contents: write, administration: write, pages: write }
            {{more}}
        """;
}
