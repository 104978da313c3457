using System.Net;
using System.Text.RegularExpressions;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.GitHub;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Across;

/// <summary>What clients ask of the host and of themselves, and an installation's token could not tell.</summary>
[TestClass]
public sealed partial class BrokerAnswerTests
{
    [TestMethod]
    public async Task User_IsTheCallerAndNobodyAtGitHub()
    {
        await using var harness = await AcrossHarness.StartAsync();

        using var answer = await harness.Client.GetAsync("/api/v3/user");
        var (_, json) = await harness.GetAsync("/user");

        Assert.AreEqual(("dev-one.broker", "User", "Dev One"), ((string?)json!["login"], (string?)json["type"], (string?)json["name"]));
        Assert.AreEqual("", answer.Headers.GetValues("X-OAuth-Scopes").Single(), "gh asks for no scopes then");
        Assert.IsTrue(answer.Headers.Contains("X-GitHub-Request-Id"));
        Assert.IsEmpty(harness.Pipeline.Upstream.Requests);
    }

    [TestMethod]
    public async Task User_SomebodyElse_IsNotThere()
    {
        await using var harness = await AcrossHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.OK, (await harness.GetAsync("/users/Dev-One.broker")).Status);
        var (status, json) = await harness.GetAsync("/users/octocat");
        Assert.AreEqual((HttpStatusCode.NotFound, "Not Found"), (status, (string?)json!["message"]));
    }

    [TestMethod]
    public async Task User_WithoutAToken_IsRefused()
    {
        await using var harness = await AcrossHarness.StartAsync();
        harness.Client.DefaultRequestHeaders.Remove("Authorization");

        Assert.AreEqual(HttpStatusCode.Unauthorized, (await harness.GetAsync("/user")).Status);
    }

    [TestMethod]
    public async Task Root_PointsAtTheBroker()
    {
        await using var harness = await AcrossHarness.StartAsync();

        Assert.AreEqual("https://broker.example.com/api/v3/user", (string?)(await harness.GetAsync("/")).Json!["current_user_url"]);
        Assert.AreEqual("https://broker.example.com/api/v3/repos/{owner}/{repo}", (string?)(await harness.GetAsync("")).Json!["repository_url"]);
    }

    [TestMethod]
    public async Task Meta_SaysWhichReleaseAndThatNobodyHasAPassword()
    {
        await using var harness = await AcrossHarness.StartAsync();

        Assert.AreEqual("""{"verifiable_password_authentication":false,"installed_version":"3.19.0"}""", (await harness.GetAsync("/meta")).Json!.ToJsonString());
        Assert.AreEqual("""["2022-11-28"]""", (await harness.GetAsync("/versions")).Json!.ToJsonString());
    }

    [TestMethod]
    public async Task RateLimit_IsNotMadeUp()
    {
        await using var harness = await AcrossHarness.StartAsync();

        var (status, json) = await harness.GetAsync("/rate_limit");

        Assert.AreEqual(HttpStatusCode.NotFound, status);
        StringAssert.Contains((string?)json!["message"], "X-RateLimit-Remaining");
    }

    [TestMethod]
    public async Task Answer_ToHead_HasItsLengthAndNoBody()
    {
        await using var harness = await AcrossHarness.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/v3/meta");

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsGreaterThan(0, answer.Content.Headers.ContentLength ?? 0);
        Assert.AreEqual("", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("una@contoso.com", "una.broker")]
    [DataRow("Una Lead", "una-lead.broker")]
    [DataRow("../../octocat", "octocat.broker")]
    [DataRow("\u00e9\u4e2d@x", "caller.broker")]
    [DataRow("", "caller.broker")]
    [DataRow("octocat", "octocat.broker")]
    public void Login_HoweverSomebodyIsCalled_IsNoLoginOfGitHubs(string name, string expected)
    {
        var account = CallerAccount.Of(PipelineHarness.Developer with { DisplayName = name });

        Assert.AreEqual(expected, account.Login);
        Assert.IsFalse(GitHubLogin().IsMatch(account.Login));
    }

    [TestMethod]
    public void Id_IsThePersonsWhateverTheyAreCalled()
    {
        var caller = PipelineHarness.Developer;

        Assert.AreEqual(CallerAccount.Of(caller).Id, CallerAccount.Of(caller with { DisplayName = "somebody", Client = "other" }).Id);
        Assert.AreNotEqual(CallerAccount.Of(caller).Id, CallerAccount.Of(caller with { Person = new PersonId(caller.Issuer, "dev-2") }).Id);
        Assert.IsGreaterThan(0, CallerAccount.Of(caller).Id);
    }

    [GeneratedRegex("^[A-Za-z0-9]+(-[A-Za-z0-9]+)*(_[a-z0-9]+)?$")]
    private static partial Regex GitHubLogin();
}
