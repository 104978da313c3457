using System.Net;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>Pages, conditional requests, rate limits, redirects: what is the same for every route.</summary>
[TestClass]
public sealed class ProtocolTests
{
    private static RestUnderTest _rest = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _rest = await RestUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _rest.GitHub.DisposeAsync();

    [TestMethod]
    public async Task Pages_AreLinkedByTheRepositorysId()
    {
        var id = (await _rest.GetAsync("")).GetProperty("id").GetInt64();
        using var first = await _rest.SendAsync("GET", "/commits?per_page=2&path=docs");
        using var second = await _rest.SendAsync("GET", "/commits?per_page=2&path=docs&page=2");

        var address = $"{_rest.GitHub.Server.Api}repositories/{id}/commits?per_page=2&path=docs";
        var link = first.Headers.GetValues("Link").Single();
        Assert.StartsWith($"<{address}&page=2>; rel=\"next\", <{address}&page=", link);
        Assert.EndsWith("rel=\"last\"", link);
        Assert.Contains($"<{address}&page=1>; rel=\"prev\"", second.Headers.GetValues("Link").Single());
        Assert.EndsWith($"<{address}&page=1>; rel=\"first\"", second.Headers.GetValues("Link").Single());
        var next = link.Split('>')[0][1..];
        Assert.AreEqual(
            await second.Content.ReadAsStringAsync(), await (await _rest.SendAsync("GET", next)).Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Page_OfEverything_HasNoLink()
    {
        using var all = await _rest.SendAsync("GET", "/branches?per_page=1000");

        Assert.IsFalse(all.Headers.Contains("Link"));
        Assert.AreEqual(0, (await _rest.GetAsync("/branches?page=9")).GetArrayLength());
    }

    [TestMethod]
    public async Task Answer_ThatTheCallerHas_Is304_UntilItChanges()
    {
        using var first = await _rest.SendAsync("GET", "/issues/15/comments");
        var tag = first.Headers.ETag!;
        using var again = await _rest.SendAsync("GET", "/issues/15/comments", headers: headers => headers.IfNoneMatch.Add(tag));
        await _rest.JsonAsync("POST", "/issues/15/comments", HttpStatusCode.Created, """{"body":"new"}""");
        using var changed = await _rest.SendAsync("GET", "/issues/15/comments", headers: headers => headers.IfNoneMatch.Add(tag));

        Assert.IsTrue(tag.IsWeak);
        Assert.AreEqual(HttpStatusCode.NotModified, again.StatusCode);
        Assert.AreEqual("", await again.Content.ReadAsStringAsync());
        Assert.AreEqual(HttpStatusCode.OK, changed.StatusCode);
    }

    [TestMethod]
    public async Task RateLimit_IsTold_WithoutCounting()
    {
        using var before = await _rest.SendAsync("GET", "/branches");
        var remaining = int.Parse(before.Headers.GetValues("X-RateLimit-Remaining").Single(), System.Globalization.CultureInfo.InvariantCulture);
        var told = await _rest.GetAsync("rate_limit");
        var again = await _rest.GetAsync("rate_limit");

        Assert.AreEqual(remaining, told.GetProperty("resources").GetProperty("core").GetProperty("remaining").GetInt32());
        Assert.AreEqual(remaining, again.GetProperty("rate").GetProperty("remaining").GetInt32());
        using var search = await _rest.SendAsync("GET", "search/repositories?q=payments");
        Assert.AreEqual("search", search.Headers.GetValues("X-RateLimit-Resource").Single());
        Assert.AreEqual("30", search.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    [TestMethod]
    public async Task RenamedRepository_RedirectsWhatIsBelowIt_WithItsQuery()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var rest = await RestUnderTest.WithAsync(gitHub);
        gitHub.Server.RenameRepository("acme/payments-api", "acme/checkout-api");

        using var moved = await rest.SendAsync("GET", "/contents/docs%2Fapi.md?ref=main");

        Assert.AreEqual(HttpStatusCode.MovedPermanently, moved.StatusCode);
        Assert.EndsWith("/contents/docs%2Fapi.md?ref=main", moved.Headers.Location!.AbsoluteUri);
        using var followed = await rest.SendAsync("GET", moved.Headers.Location.AbsoluteUri);
        Assert.AreEqual("docs/api.md", (await GitHubUnderTest.JsonAsync(followed, HttpStatusCode.OK)).GetProperty("path").GetString());
    }

    [TestMethod]
    [DataRow("%2e%2e/internal-tools")]
    [DataRow("payments-api/../internal-tools")]
    [DataRow("payments%2Dapi%2F..%2Finternal-tools")]
    [DataRow("internal-tools")]
    public async Task Name_ThatHidesAnotherRepository_Is404(string name)
    {
        using var response = await _rest.SendAsync("GET", $"repos/acme/{name}/contents/README.md");

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    [DataRow("repos/acme/payments-api")]
    [DataRow("repos/acme/payments-api/no-such-route")]
    [DataRow("no-such-route")]
    public async Task Token_ThatIsNone_Is401_WhateverIsAsked(string path)
    {
        using var response = await _rest.GitHub.SendAsync(HttpMethod.Get, path, "ghs_none");

        Assert.AreEqual("Bad credentials", (await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Unauthorized)).GetProperty("message").GetString());
    }

    [TestMethod]
    [DataRow("user")]
    [DataRow("user/repos")]
    public async Task User_OfAnInstallation_Is403(string path)
    {
        var answer = await _rest.JsonAsync("GET", path, HttpStatusCode.Forbidden);

        Assert.AreEqual("Resource not accessible by integration", answer.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task PublicRepository_IsReadByEveryone_AndWrittenByNobodyElse()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(static options => options with
        {
            Repositories = [.. options.Repositories.Select(static one => one with { IsPublic = one.Name == "payments-web" })],
        });
        const string Other = "repos/acme/payments-web";
        var rest = await RestUnderTest.WithAsync(gitHub, "contents:write");

        using var anonymous = await gitHub.SendAsync(HttpMethod.Get, Other + "/readme", bearer: null);
        Assert.AreEqual(HttpStatusCode.OK, anonymous.StatusCode);
        using var withAnother = await rest.SendAsync("GET", Other + "/issues");
        Assert.AreEqual(HttpStatusCode.OK, withAnother.StatusCode);
        using var written = await rest.SendAsync("PUT", Other + "/contents/x", """{"message":"x","content":"eA=="}""");
        Assert.AreEqual(HttpStatusCode.Forbidden, written.StatusCode);
        using var secrets = await rest.SendAsync("GET", Other + "/actions/secrets");
        Assert.AreEqual(HttpStatusCode.Forbidden, secrets.StatusCode);
        using var secretsAnonymous = await gitHub.SendAsync(HttpMethod.Get, Other + "/actions/secrets", bearer: null);
        Assert.AreEqual(HttpStatusCode.NotFound, secretsAnonymous.StatusCode);
    }

    [TestMethod]
    [DataRow("/tarball/v1.4.0", "application/x-gzip")]
    [DataRow("/zipball/release/1.4", "application/zip")]
    [DataRow("/actions/jobs/JOB/logs", "text/plain")]
    [DataRow("/actions/runs/RUN/logs", "application/zip")]
    public async Task Download_IsASignedAddressOnAnotherHost_ThatNeedsNoToken_ForMinutes(string path, string type)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var rest = await RestUnderTest.WithAsync(gitHub);
        var run = (await rest.GetAsync("/actions/runs")).GetProperty("workflow_runs")[0].GetProperty("id").GetInt64();
        var job = (await rest.GetAsync($"/actions/runs/{run}/jobs")).GetProperty("jobs")[0].GetProperty("id").GetInt64();

        using var response = await rest.SendAsync("GET", path.Replace("JOB", $"{job}", StringComparison.Ordinal).Replace("RUN", $"{run}", StringComparison.Ordinal));

        Assert.AreEqual(HttpStatusCode.Found, response.StatusCode);
        var address = response.Headers.Location!;
        Assert.AreEqual(gitHub.Server.DownloadsAddress.Authority, address.Authority);
        Assert.AreNotEqual(gitHub.Server.Api.Authority, address.Authority);
        using var content = await gitHub.Http.GetAsync(address);
        Assert.AreEqual(type, content.Content.Headers.ContentType!.MediaType);
        Assert.IsGreaterThan(20, (await content.Content.ReadAsByteArrayAsync()).Length);
        foreach (var wrong in new[] { address.AbsoluteUri[..^1] + "x", address.AbsoluteUri.Replace("?", "/x?", StringComparison.Ordinal) })
        {
            using var refused = await gitHub.Http.GetAsync(new Uri(wrong));
            Assert.AreEqual(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        gitHub.Clock.Advance(TimeSpan.FromMinutes(6));
        using var late = await gitHub.Http.GetAsync(address);
        Assert.AreEqual(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.IsTrue(gitHub.Server.Downloads.Entries.All(static one => !one.HadCredential));
    }
}
