using System.Net;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Gateway.Tests.GitHub.Across;

/// <summary>Lists of repositories hold what the policy lets the caller look at, and nothing of them comes from GitHub at that moment.</summary>
[TestClass]
public sealed class RepositoryListTests
{
    private static readonly string[] All =
    [
        """acme/payments-web "private":true,"fork":false,"created_at":"2026-01-03T00:00:00Z","updated_at":"2026-03-01T00:00:00Z" """,
        """acme/payments-api "private":false,"fork":true,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-02-01T00:00:00Z" """,
        "acme/internal",
        """acme/asks "private":true,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-01T00:00:00Z" """,
        "other/tools",
        "hidden/one",
    ];

    [TestMethod]
    [DataRow("/user/repos", "acme/asks acme/payments-api acme/payments-web other/tools")]
    [DataRow("/orgs/ACME/repos", "acme/payments-web acme/asks acme/payments-api", DisplayName = "an owner's, the youngest first")]
    [DataRow("/users/other/repos", "other/tools")]
    [DataRow("/user/repos?visibility=public", "acme/payments-api")]
    [DataRow("/user/repos?type=private&per_page=2", "acme/asks acme/payments-web")]
    [DataRow("/user/repos?affiliation=owner", "", DisplayName = "the caller owns none")]
    [DataRow("/user/repos?affiliation=owner,organization_member&sort=updated", "acme/payments-web acme/payments-api acme/asks other/tools")]
    [DataRow("/user/repos?since=2026-01-15T00:00:00Z&before=2026-02-15T00:00:00Z", "acme/payments-api")]
    [DataRow("/orgs/acme/repos?type=forks", "acme/payments-api")]
    [DataRow("/orgs/acme/repos?sort=full_name&direction=desc", "acme/payments-web acme/payments-api acme/asks")]
    public async Task List_HoldsWhatTheCallerMayLookAt(string path, string expected)
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var (status, json) = await harness.GetAsync(path);

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual(expected, string.Join(' ', json!.AsArray().Select(static each => (string?)each!["full_name"])));
        Assert.IsEmpty(harness.Pipeline.Vault.Asked);
    }

    [TestMethod]
    public async Task InstallationList_IsCountedByWhatTheCallerMayLookAt()
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var (_, json) = await harness.GetAsync("/installation/repositories?per_page=1");

        Assert.AreEqual((4, "selected", 1), ((int)json!["total_count"]!, (string?)json["repository_selection"], json["repositories"]!.AsArray().Count));
        Assert.AreEqual("https://broker.example.com/api/v3/repos/acme/asks", (string?)json["repositories"]![0]!["url"]);
    }

    [TestMethod]
    [DataRow("page=1&per_page=3", "<https://broker.example.com/api/v3/user/repos?per_page=3&page=2>; rel=\"next\", <https://broker.example.com/api/v3/user/repos?per_page=3&page=2>; rel=\"last\"")]
    [DataRow("per_page=3&page=2", "<https://broker.example.com/api/v3/user/repos?per_page=3&page=1>; rel=\"prev\", <https://broker.example.com/api/v3/user/repos?per_page=3&page=1>; rel=\"first\"")]
    [DataRow("per_page=0&page=none", null)]
    public async Task List_Pages_AreLinked(string query, string? link)
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        using var answer = await harness.Client.GetAsync($"/api/v3/user/repos?{query}");

        Assert.AreEqual(link, answer.Headers.TryGetValues("Link", out var values) ? values.Single() : null);
        Assert.AreEqual("3.19.0", answer.Headers.GetValues("X-GitHub-Enterprise-Version").Single());
    }

    [TestMethod]
    public async Task List_PageFarBehindTheLast_IsEmpty()
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        Assert.IsEmpty((await harness.GetAsync("/user/repos?page=2147483647&per_page=100")).Json!.AsArray());
    }

    [TestMethod]
    public async Task List_OwnerOfNothingThatMayBeLookedAt_ReadsAsOneThatDoesNotExist()
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        var hidden = await harness.GetAsync("/orgs/hidden/repos");
        var missing = await harness.GetAsync("/orgs/nobody/repos");

        Assert.AreEqual(HttpStatusCode.NotFound, hidden.Status);
        Assert.AreEqual(missing.Json!.ToJsonString(), hidden.Json!.ToJsonString());
    }

    [TestMethod]
    [DataRow("sort=stars")]
    [DataRow("type=mine")]
    [DataRow("visibility=secret")]
    [DataRow("affiliation=owner,friend")]
    [DataRow("direction=up")]
    [DataRow("since=yesterday")]
    public async Task List_ParameterThatGitHubDoesNotDocument_IsRefused(string query)
    {
        await using var harness = await AcrossHarness.StartAsync(All);

        Assert.AreEqual(HttpStatusCode.BadRequest, (await harness.GetAsync($"/user/repos?{query}")).Status);
    }

    [TestMethod]
    [DataRow(MintFailure.Unavailable, HttpStatusCode.ServiceUnavailable)]
    [DataRow(MintFailure.AppRejected, HttpStatusCode.ServiceUnavailable)]
    [DataRow(MintFailure.RateLimited, HttpStatusCode.TooManyRequests)]
    public async Task List_CatalogFails_IsRefusedAndNeverEmpty(MintFailure failure, HttpStatusCode expected)
    {
        await using var harness = await AcrossHarness.StartAsync(new FakeCatalog { Instead = new(failure, "a detail that stays inside", TimeSpan.FromSeconds(9)) });

        using var answer = await harness.Client.GetAsync("/api/v3/user/repos");

        Assert.AreEqual(expected, answer.StatusCode);
        Assert.AreEqual("9", answer.Headers.GetValues("Retry-After").Single());
        Assert.DoesNotContain("inside", await answer.Content.ReadAsStringAsync());
    }
}
