using Octokit;
using Octokit.Internal;

namespace CursorBroker.Clients.Tests;

/// <summary>Octokit for .NET, with the broker's address as a GitHub Enterprise Server's.</summary>
[TestClass]
public sealed class OctokitNetTests
{
    private const string Owner = "acme";
    private const string Name = "payments-api";

    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**", main] }
            deny: [{ read: { paths: ["secret/**"] } }, { push: { paths: ["secret/**"] } }]
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
        """;

    private static ClientWorld? _world;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await ClientWorld.StartAsync(Rules, context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world!.DisposeAsync();

    [TestMethod]
    public async Task CurrentUser_IsWhoeverSignedIn()
    {
        var user = await (await ClientAsync()).User.Current();

        Assert.EndsWith(".broker", user.Login);
    }

    [TestMethod]
    public async Task Branches_AreThoseThatMayBeSeen()
    {
        var names = (await (await ClientAsync()).Repository.Branch.GetAll(Owner, Name)).Select(static branch => branch.Name).ToList();

        CollectionAssert.Contains(names, "main");
        Assert.IsTrue(names.TrueForAll(static name => name == "main" || name.StartsWith("cursor/", StringComparison.Ordinal)), string.Join(", ", names));
    }

    [TestMethod]
    public async Task File_IsWrittenChangedAndDeletedOnABranch()
    {
        var client = await ClientAsync();
        await client.Git.Reference.Create(Owner, Name, new NewReference("refs/heads/cursor/octokit", (await client.Git.Reference.Get(Owner, Name, "heads/main")).Object.Sha));

        var created = await client.Repository.Content.CreateFile(Owner, Name, "octokit.txt", new CreateFileRequest("Create", "one", "cursor/octokit"));
        var changed = await client.Repository.Content.UpdateFile(Owner, Name, "octokit.txt", new UpdateFileRequest("Update", "two", created.Content.Sha, "cursor/octokit"));
        var read = await client.Repository.Content.GetAllContentsByRef(Owner, Name, "octokit.txt", "cursor/octokit");
        Assert.AreEqual("two", read.Single().Content);
        var compared = await client.Repository.Commit.Compare(Owner, Name, "main", "cursor/octokit");
        Assert.AreEqual(2, compared.AheadBy);
        await client.Repository.Content.DeleteFile(Owner, Name, "octokit.txt", new DeleteFileRequest("Delete", changed.Content.Sha, "cursor/octokit"));
        await client.Git.Reference.Delete(Owner, Name, "heads/cursor/octokit");
    }

    [TestMethod]
    public async Task File_WrittenToMain_WaitsAndSaysWhere()
    {
        var client = await ClientAsync();

        var refused = await Assert.ThrowsExactlyAsync<ForbiddenException>(() => client.Repository.Content.CreateFile(Owner, Name, "main.txt", new CreateFileRequest("Create", "one", "main")));

        Assert.Contains($"{ClientWorld.Url}/approvals/a-", refused.Message);
    }

    [TestMethod]
    public async Task File_ThatMayNotBeReadOrWritten_IsRefusedWithTheReason()
    {
        var client = await ClientAsync();

        var refused = await Assert.ThrowsExactlyAsync<ForbiddenException>(() => client.Repository.Content.GetAllContents(Owner, Name, "secret/key"));

        Assert.Contains("policy:", refused.Message);
    }

    [TestMethod]
    public async Task Repository_ThatNoRuleCovers_IsNotFound()
    {
        var client = await ClientAsync();

        await Assert.ThrowsExactlyAsync<NotFoundException>(() => client.Repository.Get(Owner, "internal-tools"));
    }

    [TestMethod]
    public async Task Issue_IsOpenedLabelledCommentedAndFound()
    {
        var client = await ClientAsync();
        var issue = await client.Issue.Create(Owner, Name, new NewIssue("By Octokit") { Body = "It is so" });
        await client.Issue.Comment.Create(Owner, Name, issue.Number, "And more");

        Assert.AreEqual("And more", (await client.Issue.Comment.GetAllForIssue(Owner, Name, issue.Number)).Single().Body);
        var found = await client.Search.SearchIssues(new SearchIssuesRequest("Octokit") { Repos = { { Owner, Name } } });
        Assert.IsTrue(found.Items.Any(item => item.Number == issue.Number));
        StringAssert.StartsWith(issue.Url, $"{ClientWorld.Url}/api/v3/");
    }

    [TestMethod]
    public async Task Issues_AreReadPageByPageThroughTheBroker()
    {
        var all = await (await ClientAsync()).Issue.GetAllForRepository(Owner, Name, new RepositoryIssueRequest { State = ItemStateFilter.All }, new ApiOptions { PageSize = 1 });

        Assert.IsGreaterThan(1, all.Count);
    }

    private async Task<GitHubClient> ClientAsync() => new(new Connection(
        new ProductHeaderValue("tests"),
        new Uri($"{ClientWorld.Url}/api/v3/"),
        new InMemoryCredentialStore(new Credentials(await _world!.TokenAsync("developer", TestContext.CancellationToken), AuthenticationType.Bearer)),
        new HttpClientAdapter(_world.Handler),
        new SimpleJsonSerializer()));
}
