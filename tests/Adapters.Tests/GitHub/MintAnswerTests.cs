using System.Net;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>A token for anything but what was asked is never handed out, and is dead before the answer is given.</summary>
[TestClass]
public sealed class MintAnswerTests
{
    private static IEnumerable<object[]> Wrong()
    {
        var good = FakeGitHub.Answer();
        return
        [
            ["another name: renamed", MintFailure.RenamedOrMoved, FakeGitHub.Answer(name: "acme/payments-core")],
            ["another owner: moved", MintFailure.RenamedOrMoved, FakeGitHub.Answer(name: "evil/payments-api")],
            ["no repositories", MintFailure.Unavailable, good.Replace("\"repositories\"", "\"others\"", StringComparison.Ordinal)],
            ["repositories empty", MintFailure.Unavailable, """{"token":"TOKEN","expires_at":"2026-11-20T13:00:00Z","permissions":{"contents":"read"},"repositories":[]}"""],
            ["two repositories", MintFailure.Unavailable, good.Replace("\"repositories\":[", "\"repositories\":[{\"id\":9,\"full_name\":\"acme/internal-tools\"},", StringComparison.Ordinal)],
            ["all repositories", MintFailure.Unavailable, good.Replace("\"selected\"", "\"all\"", StringComparison.Ordinal)],
            ["repositories of another kind", MintFailure.Unavailable, """{"token":"TOKEN","expires_at":"2026-11-20T13:00:00Z","permissions":{"contents":"read"},"repositories":["acme/payments-api"]}"""],
            ["id zero", MintFailure.Unavailable, FakeGitHub.Answer(id: 0)],
            ["less than asked", MintFailure.PermissionNotGranted, FakeGitHub.Answer(permissions: """{"metadata":"read"}""")],
            ["no permissions", MintFailure.PermissionNotGranted, FakeGitHub.Answer(permissions: "{}")],
            ["higher than asked", MintFailure.Unavailable, FakeGitHub.Answer(permissions: """{"contents":"write","metadata":"read"}""")],
            ["another permission too", MintFailure.Unavailable, FakeGitHub.Answer(permissions: """{"contents":"read","metadata":"read","secrets":"read"}""")],
            ["metadata to write", MintFailure.Unavailable, FakeGitHub.Answer(permissions: """{"contents":"read","metadata":"write"}""")],
            ["a level nobody knows", MintFailure.Unavailable, FakeGitHub.Answer(permissions: """{"contents":"read","x":"own"}""")],
            ["a permission that is no name", MintFailure.Unavailable, FakeGitHub.Answer(permissions: """{"contents":"read","<b>":"read"}""")],
            ["permissions as a list", MintFailure.Unavailable, FakeGitHub.Answer(permissions: "[]")],
            ["ended already", MintFailure.Unavailable, FakeGitHub.Answer(expires: "2026-11-20T12:00:00Z")],
            ["ends next year", MintFailure.Unavailable, FakeGitHub.Answer(expires: "2027-11-20T12:00:00Z")],
            ["ends at no time", MintFailure.Unavailable, FakeGitHub.Answer(expires: "soon")],
        ];
    }

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public async Task Mint_AnswerIsNotWhatWasAsked_RevokesTheTokenAndFails(string what, MintFailure expected, string answer)
    {
        using var github = new FakeGitHub().Well();
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, answer.Replace("TOKEN", FakeGitHub.Token(), StringComparison.Ordinal));

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(
            await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None), what);

        Assert.AreEqual(expected, failed.Failure, failed.Detail);
        Assert.AreEqual(FakeGitHub.Revoke, github.Calls[^1], what);
        Assert.AreEqual(FakeGitHub.Token(), github.All[^1].Bearer);
        Assert.Contains("it was revoked", failed.Detail);
        Assert.DoesNotContain(FakeGitHub.Token(), failed.Detail);
    }

    [TestMethod]
    public async Task Mint_NameInGitHubsOwnCase_IsTheSameRepository()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(name: "Acme/Payments-API"));

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual("Acme/Payments-API", minted.Credential.Repository.Name.ToString());
    }

    [TestMethod]
    public async Task Mint_AskedById_AnotherRepositoryTookTheName_IsRefusedAndTheIdForgotten()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(name: "acme/payments-old"));
        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
        Assert.AreEqual(MintFailure.RenamedOrMoved, failed.Failure);

        github.On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(id: 777));
        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(777, minted.Credential.Repository.Id);
        Assert.Contains("\"repositories\"", github.MintBody(2));
    }

    [TestMethod]
    public async Task Mint_AskedById_SameNameOtherId_IsRefused()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        github.On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(id: 666));

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(MintFailure.Unavailable, failed.Failure);
        Assert.AreEqual(FakeGitHub.Revoke, github.Calls[^1]);
    }

    [TestMethod]
    public async Task Mint_UnwantedTokenCannotBeRevoked_TriesThreeTimesAndSaysSo()
    {
        using var github = new FakeGitHub().Well()
            .On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(name: "acme/other"))
            .On(FakeGitHub.Revoke, HttpStatusCode.BadGateway, "");

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(3, github.Calls.Count(static call => call == FakeGitHub.Revoke));
        Assert.Contains("could not be revoked", failed.Detail);
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("\"ghs_x\"")]
    [DataRow("""{"token":7}""")]
    [DataRow("""{"token":"with space"}""")]
    [DataRow("""{"token":"line\r\nX-Evil: 1"}""")]
    [DataRow("""{"token":"ghs_a","token":"ghs_b"}""")]
    [DataRow("<html>proxy login</html>")]
    public async Task Mint_GarbageForAnAnswer_IsUnavailable(string garbage)
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.Created, garbage);

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await github.App().MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(MintFailure.Unavailable, failed.Failure);
        Assert.AreEqual(FakeGitHub.Mint, github.Calls[^1]);
    }
}
