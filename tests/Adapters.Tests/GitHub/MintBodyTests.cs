using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>GitHub reads an empty or missing list as "everything the App has": no such body may ever exist.</summary>
[TestClass]
public sealed class MintBodyTests
{
    private static readonly Dictionary<string, string> Read = new() { ["contents"] = "read" };

    private static IEnumerable<object[]> TooWide() =>
    [
        ["no permissions", new MintBody { Repositories = ["a"], Permissions = new Dictionary<string, string>() }],
        ["null permissions", new MintBody { Repositories = ["a"], Permissions = null! }],
        ["no repository", new MintBody { Permissions = Read }],
        ["empty names", new MintBody { Repositories = [], Permissions = Read }],
        ["empty ids", new MintBody { RepositoryIds = [], Permissions = Read }],
        ["an empty name", new MintBody { Repositories = [""], Permissions = Read }],
        ["id zero", new MintBody { RepositoryIds = [0], Permissions = Read }],
        ["an empty second name", new MintBody { Repositories = ["a", ""], Permissions = Read }],
        ["a second id of zero", new MintBody { RepositoryIds = [1, 0], Permissions = Read }],
        ["name and id", new MintBody { Repositories = ["a"], RepositoryIds = [1], Permissions = Read }],
        ["name and empty ids", new MintBody { Repositories = ["a"], RepositoryIds = [], Permissions = Read }],
        ["empty names and id", new MintBody { Repositories = [], RepositoryIds = [1], Permissions = Read }],
    ];

    [TestMethod]
    [DynamicData(nameof(TooWide))]
    public void Serialize_TooWide_Throws(string what, object body) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => new GitHubJson().Serialize(body), what);

    [TestMethod]
    public void Serialize_FromAnEmptySet_Throws() => Assert.ThrowsExactly<InvalidOperationException>(
        () => new GitHubJson().Serialize(MintBody.ByName(FakeGitHub.Pay, PermissionSet.Empty)));

    [TestMethod]
    public void Make_AccessGitHubDoesNotKnow_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => MintBody.ByName(FakeGitHub.Pay, PermissionSet.Of("contents", (Access)9)));
}
