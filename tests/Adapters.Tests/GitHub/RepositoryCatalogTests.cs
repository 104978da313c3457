using System.Net;
using System.Text;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Adapters.Tests.GitHub;

[TestClass]
public sealed class RepositoryCatalogTests
{
    private const string Installations = "GET /app/installations?per_page=100&page=1";
    private const string Repositories = "GET /installation/repositories?per_page=100&page=1";
    private const string Metadata = """{"metadata":"read"}""";

    [TestMethod]
    public async Task List_Installation_IsReadWithATokenThatReadsNamesAloneAndIsRevoked()
    {
        using var github = Well();

        var listed = Assert.IsInstanceOfType<CatalogOutcome.Listed>(await github.Catalog().ListAsync(CancellationToken.None));

        Assert.AreEqual("""{"permissions":{"metadata":"read"}}""", github.MintBody(0));
        CollectionAssert.AreEqual(new[] { Installations, FakeGitHub.Mint, Repositories, FakeGitHub.Revoke }, github.Calls.ToArray());
        Assert.AreEqual((FakeGitHub.Token(), FakeGitHub.Token()), (github.All[2].Bearer, github.All[3].Bearer));
        CollectionAssert.AreEqual(new[] { "acme/api", "acme/web" }, listed.Repositories.Select(static each => each.Identity.Name.ToString()).ToArray());
        Assert.AreEqual("""{"id":1,"full_name":"acme/api","private":true}""", Encoding.UTF8.GetString(listed.Repositories[0].Json.Span), "neither the broker's own rights nor its clone token");
    }

    [TestMethod]
    public async Task List_WithinAMinute_IsNotReadAgain()
    {
        using var github = Well();
        var catalog = github.Catalog();
        await catalog.ListAsync(CancellationToken.None);
        github.Time.Advance(TimeSpan.FromSeconds(59));
        await catalog.ListAsync(CancellationToken.None);
        Assert.HasCount(4, github.Calls);

        github.Time.Advance(TimeSpan.FromSeconds(1));
        await catalog.ListAsync(CancellationToken.None);
        Assert.HasCount(8, github.Calls);
    }

    [TestMethod]
    public async Task List_ManyAtOnce_IsReadOnceAndWhoGivesUpStopsNobody()
    {
        using var github = Well();
        using var hold = new ManualResetEventSlim();
        github.On(Installations, _ =>
        {
            hold.Wait();
            return FakeGitHub.Json(HttpStatusCode.OK, """[{"id":77}]""");
        });
        var catalog = github.Catalog();
        using var impatient = new CancellationTokenSource();
        var first = catalog.ListAsync(impatient.Token).AsTask();
        var second = catalog.ListAsync(CancellationToken.None).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        hold.Set();

        Assert.IsInstanceOfType<CatalogOutcome.Listed>(await second);
        Assert.HasCount(4, github.Calls);
    }

    [TestMethod]
    public async Task List_SeveralPages_AreAllRead()
    {
        using var github = Well();
        github.On(Repositories, HttpStatusCode.OK, List([.. Enumerable.Range(1, 100).Select(static i => Repository(i, $"acme/r{i:D3}"))]));
        github.On("GET /installation/repositories?per_page=100&page=2", HttpStatusCode.OK, List(Repository(100, "acme/r100"), Repository(101, "acme/r101")));

        var listed = Assert.IsInstanceOfType<CatalogOutcome.Listed>(await github.Catalog().ListAsync(CancellationToken.None));

        Assert.HasCount(101, listed.Repositories, "one that moved to the next page meanwhile is there once");
    }

    [TestMethod]
    public async Task List_SuspendedOrGoneInstallation_IsPassedOver()
    {
        using var github = Well();
        github.On(Installations, HttpStatusCode.OK, """[{"id":5,"suspended_at":"2026-01-01T00:00:00Z"},{"id":6,"suspended_at":null},{"id":77}]""");
        github.On("POST /app/installations/6/access_tokens", HttpStatusCode.NotFound);

        Assert.HasCount(2, Assert.IsInstanceOfType<CatalogOutcome.Listed>(await github.Catalog().ListAsync(CancellationToken.None)).Repositories);
    }

    [TestMethod]
    [DataRow("""{"contents":"read","metadata":"read"}""", DisplayName = "more")]
    [DataRow("{}", DisplayName = "nothing")]
    public async Task List_TokenThatCanDoSomethingElse_IsRevokedUnused(string permissions)
    {
        using var github = Well();
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(permissions: permissions));

        Assert.IsInstanceOfType<CatalogOutcome.Failed>(await github.Catalog().ListAsync(CancellationToken.None));

        CollectionAssert.AreEqual(new[] { Installations, FakeGitHub.Mint, FakeGitHub.Revoke }, github.Calls.ToArray());
    }

    [TestMethod]
    [DataRow(Installations, HttpStatusCode.Unauthorized, "{}", MintFailure.AppRejected)]
    [DataRow(Installations, HttpStatusCode.OK, "{}", MintFailure.Unavailable)]
    [DataRow(Installations, HttpStatusCode.OK, """[{"id":"77"}]""", MintFailure.Unavailable)]
    [DataRow(Installations, HttpStatusCode.BadGateway, "{}", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Mint, HttpStatusCode.Forbidden, "{}", MintFailure.Suspended)]
    [DataRow(Repositories, HttpStatusCode.OK, """{"repositories":[{"id":1}]}""", MintFailure.Unavailable)]
    [DataRow(Repositories, HttpStatusCode.OK, "[]", MintFailure.Unavailable)]
    [DataRow(Repositories, HttpStatusCode.InternalServerError, "{}", MintFailure.Unavailable)]
    public async Task List_GitHubFails_IsAFailureAndNeverHalfAList(string call, HttpStatusCode status, string body, MintFailure expected)
    {
        using var github = Well();
        github.On(call, status, body);

        Assert.AreEqual(expected, Assert.IsInstanceOfType<CatalogOutcome.Failed>(await github.Catalog().ListAsync(CancellationToken.None)).Failure);
        Assert.AreEqual(call == Repositories, github.Calls.Contains(FakeGitHub.Revoke), "what was minted is revoked");
    }

    [TestMethod]
    public async Task List_Failure_IsBelievedForAMomentAndALimitForAsLongAsItSays()
    {
        using var github = Well();
        github.On(Installations, _ => FakeGitHub.Json(HttpStatusCode.Forbidden, "{}", ("Retry-After", "30")));
        var catalog = github.Catalog();
        await catalog.ListAsync(CancellationToken.None);
        await catalog.ListAsync(CancellationToken.None);
        Assert.HasCount(1, github.Calls);

        github.Time.Advance(TimeSpan.FromSeconds(4));
        var failed = Assert.IsInstanceOfType<CatalogOutcome.Failed>(await catalog.ListAsync(CancellationToken.None));
        Assert.AreEqual((MintFailure.RateLimited, TimeSpan.FromSeconds(26)), (failed.Failure, failed.RetryAfter));
        Assert.HasCount(1, github.Calls, "GitHub is not called while it asked to wait");
    }

    [TestMethod]
    public async Task List_TokenThatCannotBeRevoked_IsTriedAgainAndTheListStands()
    {
        using var github = Well();
        github.On(FakeGitHub.Revoke, HttpStatusCode.BadGateway);

        Assert.IsInstanceOfType<CatalogOutcome.Listed>(await github.Catalog().ListAsync(CancellationToken.None));
        Assert.AreEqual(3, github.Calls.Count(static call => call == FakeGitHub.Revoke));
    }

    private static FakeGitHub Well() => new FakeGitHub().Well()
        .On(Installations, HttpStatusCode.OK, """[{"id":77}]""")
        .On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(permissions: Metadata).Replace("\"selected\"", "\"all\"", StringComparison.Ordinal))
        .On(Repositories, HttpStatusCode.OK, List(Repository(2, "acme/web"), Repository(1, "acme/api"), Repository(3, "acme/notes.wiki")));

    private static string List(params string[] repositories) => $$"""{"total_count":{{repositories.Length}},"repositories":[{{string.Join(',', repositories)}}]}""";

    private static string Repository(int id, string name) =>
        $$$"""{"id":{{{id}}},"full_name":"{{{name}}}","private":true,"temp_clone_token":"ABC","permissions":{"admin":false}}""";
}
