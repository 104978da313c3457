using System.Net;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>One token for several repositories: for exactly those, or for none.</summary>
[TestClass]
public sealed class SeveralRepositoriesMintTests
{
    private const string Api = """{"id":501,"full_name":"Acme/Payments-API"}""";
    private const string Web = """{"id":502,"full_name":"acme/payments-web"}""";
    private static readonly RepositorySet Both = RepositorySet.Of([RepositoryName.Parse("acme/payments-web"), FakeGitHub.Pay]);

    [TestMethod]
    public async Task Mint_Several_ByNameFirstAndThenByTheirIds()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.Created, Answer(Web, Api));
        var mint = github.App();

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(Both, PermissionSet.ContentsRead, CancellationToken.None));
        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(Both, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual("""{"repositories":["payments-api","payments-web"],"permissions":{"contents":"read"}}""", github.MintBody(0));
        Assert.AreEqual("""{"repository_ids":[501,502],"permissions":{"contents":"read"}}""", github.MintBody(1));
        Assert.AreEqual(501, minted.Credential.Repository.Id);
        Assert.AreEqual(502, minted.Credential.Others.Single().Id);
        Assert.IsTrue(minted.Credential.IsFor(Both));
    }

    [TestMethod]
    public async Task Mint_OnlyOneIdKnown_AsksByName()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, Answer(Api, Web));

        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(Both, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.Contains("\"repositories\":[\"payments-api\",\"payments-web\"]", github.MintBody(1));
    }

    [TestMethod]
    [DataRow(MintFailure.Unavailable, DisplayName = "one too few")]
    [DataRow(MintFailure.Unavailable, Api, Web, """{"id":9,"full_name":"acme/internal-tools"}""", DisplayName = "one too many")]
    [DataRow(MintFailure.Unavailable, Api, Api, DisplayName = "one of them twice")]
    [DataRow(MintFailure.Unavailable, Api, Web, Web, DisplayName = "all of them, and one twice")]
    [DataRow(MintFailure.Unavailable, Api, """{"id":501,"full_name":"acme/payments-web"}""", DisplayName = "one id for two names")]
    [DataRow(MintFailure.RenamedOrMoved, Api, """{"id":502,"full_name":"acme/renamed"}""", DisplayName = "another one instead")]
    [DataRow(MintFailure.RenamedOrMoved, Api, """{"id":502,"full_name":"evil/payments-web"}""", DisplayName = "another owner's")]
    [DataRow(MintFailure.Unavailable, Api, "7", DisplayName = "no repository at all")]
    public async Task Mint_AnswerNamesOthersThanThoseAskedFor_RevokesTheTokenAndFails(MintFailure expected, params string[] repositories)
    {
        using var github = new FakeGitHub().Well();
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, Answer(repositories.Length == 0 ? [Api] : repositories));

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await github.App().MintAsync(Both, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(expected, failed.Failure, failed.Detail);
        Assert.AreEqual(FakeGitHub.Revoke, github.Calls[^1]);
    }

    [TestMethod]
    public async Task Mint_ManyRepositoriesDescribedInFull_IsReadWhole()
    {
        var names = Enumerable.Range(0, 100).Select(static i => RepositoryName.Parse($"acme/r{i}")).Append(FakeGitHub.Pay).ToList();
        var described = names.Select((name, i) => $$"""{"id":{{i + 1}},"full_name":"{{name}}","description":"{{new string('d', 8000)}}"}""").ToArray();
        using var github = new FakeGitHub().Well().On("GET /repos/acme/payments-api/installation", HttpStatusCode.OK, """{"id":77}""")
            .On(FakeGitHub.Mint, HttpStatusCode.Created, Answer(described));

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await github.App().MintAsync(RepositorySet.Of(names), PermissionSet.ContentsRead, CancellationToken.None));

        Assert.HasCount(100, minted.Credential.Others);
    }

    [TestMethod]
    public void Body_NoRepositoryOrTooMany_CannotBeSent()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => new GitHubJson().Serialize(MintBody.ById([], PermissionSet.ContentsRead)));
        Assert.ThrowsExactly<InvalidOperationException>(() => new GitHubJson().Serialize(MintBody.ById([1, 0], PermissionSet.ContentsRead)));
        Assert.ThrowsExactly<InvalidOperationException>(() => new GitHubJson().Serialize(MintBody.ById([.. Enumerable.Range(1, 501).Select(static i => (long)i)], PermissionSet.ContentsRead)));
    }

    private static string Answer(params string[] repositories) =>
        $$"""
        {"token":"{{FakeGitHub.Token()}}","expires_at":"2026-11-20T13:00:00Z","permissions":{"contents":"read","metadata":"read"},
         "repository_selection":"selected","repositories":[{{string.Join(',', repositories)}}]}
        """;
}
