using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>One credential for several repositories of one owner.</summary>
[TestClass]
public sealed class SeveralRepositoriesTests
{
    private static readonly RepositorySet Both = RepositorySet.Of([Web, Pay]);

    [TestMethod]
    public void Set_OrderCaseAndRepetition_DoNotCount()
    {
        var written = RepositorySet.Of([Pay, RepositoryName.Parse("ACME/Payments-WEB"), RepositoryName.Parse("acme/PAYMENTS-API")]);
        Assert.AreEqual(Both, written);
        Assert.AreEqual(Both.GetHashCode(), written.GetHashCode());
        Assert.AreEqual("acme/payments-api and 1 more", Both.ToString());
        Assert.AreEqual<RepositorySet>(Pay, RepositorySet.Of([Pay]));
        Assert.AreNotEqual(Both, RepositorySet.Of([Pay]));
    }

    [TestMethod]
    public void Set_OfTwoOwnersOfNoneOrOfTooMany_CannotBe()
    {
        Assert.ThrowsExactly<ArgumentException>(() => RepositorySet.Of([Pay, RepositoryName.Parse("evil/payments-web")]));
        Assert.ThrowsExactly<ArgumentException>(() => RepositorySet.Of([]));
        Assert.ThrowsExactly<ArgumentException>(() => RepositorySet.Of(Numbered(501)));
        Assert.HasCount(500, RepositorySet.Of(Numbered(500)).Items);
    }

    [TestMethod]
    public async Task Acquire_SameRepositoriesInAnotherOrder_Shares()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();

        var first = await LeaseAsync(keeper, Both);
        var second = await LeaseAsync(keeper, RepositorySet.Of([RepositoryName.Parse("ACME/payments-API"), Web]));

        Assert.AreEqual(first.Credential.Sha256, second.Credential.Sha256);
        Assert.AreEqual((Pay, Web), (first.Credential.Repository.Name, first.Credential.Others.Single().Name));
    }

    [TestMethod]
    public async Task Acquire_OneOfTheRepositories_NeverSharesTheWiderToken()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var wide = await LeaseAsync(keeper, Both);

        var narrow = await LeaseAsync(keeper, Pay);

        Assert.AreNotEqual(wide.Credential.Sha256, narrow.Credential.Sha256);
        Assert.IsTrue(narrow.Credential.IsFor(Pay));
        Assert.IsFalse(narrow.Credential.IsFor(Both));
        Assert.IsFalse(wide.Credential.IsFor(Pay), "opens more than that");
        Assert.IsTrue(wide.Credential.IsFor(Both));
        Assert.IsNull(narrow.Credential.Find(Web));
    }

    private static IEnumerable<RepositoryName> Numbered(int count) => Enumerable.Range(0, count).Select(static i => RepositoryName.Parse($"acme/r{i}"));
}
