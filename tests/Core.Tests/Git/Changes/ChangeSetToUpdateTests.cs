using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

[TestClass]
public sealed class ChangeSetToUpdateTests
{
    private static readonly GitOid One = GitOid.Parse(new string('1', 40));
    private static readonly GitOid Zero = GitOid.Parse(new string('0', 40));

    [TestMethod]
    [DataRow(false, 5000L)]
    [DataRow(true, 0L, DisplayName = "a delete sends nothing, whatever is pushed beside it")]
    public void ToUpdate_OfAChangeSet_CarriesAllThatIsKnown(bool delete, long size)
    {
        var commit = new CommitFacts(One, new CommitPerson("", "a@acme.example", null), new CommitPerson("", "a@acme.example", null), false, "");
        var update = new ChangeSet
        {
            Update = new RefUpdate(RefName.Parse("refs/heads/main"), One, delete ? Zero : One),
            Commits = [commit],
            Paths = ["a"],
            TipToTip = [],
            Forced = true,
        }.ToUpdate(5000);
        Assert.AreEqual((size, true, "a", commit), (update.Size, update.Forced, update.ChangedPaths!.Single(), update.Commits!.Single()));
    }
}
