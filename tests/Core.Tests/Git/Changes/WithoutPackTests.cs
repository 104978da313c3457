using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Writes;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>Updates whose objects are all at the upstream already, and paths looked up there.</summary>
[TestClass]
public sealed class WithoutPackTests
{
    private readonly MadeHistory _made = new();
    private readonly GitOid _root;
    private readonly GitOid _main;

    public WithoutPackTests()
    {
        _root = _made.Commit(_made.Files(("a", "1"), ("dir/b", "1")));
        _main = _made.Commit(_made.Files(("a", "2"), ("dir/b", "1")), _root);
    }

    [TestMethod]
    public async Task Update_ToACommitMadeAtTheUpstream_CountsAsItWouldWithAPack()
    {
        var made = _made.Commit(_made.Files(("a", "2"), ("dir/b", "2")), _main);

        var change = (await InspectAsync(new(RefName.Parse("refs/heads/main"), _main, made), null, made)).Value!.Changes.Single();

        Assert.AreEqual(("dir/b", 1, false), (string.Join(' ', change.Paths), change.Commits.Length, change.Forced));
    }

    [TestMethod]
    public async Task Update_Backwards_IsForced()
    {
        var change = (await InspectAsync(new(RefName.Parse("refs/heads/main"), _main, _root), null)).Value!.Changes.Single();

        Assert.AreEqual(("a", 0, true), (string.Join(' ', change.Paths), change.Commits.Length, change.Forced));
    }

    [TestMethod]
    public async Task Update_ToACommitThatNoVisibleRefLeadsTo_IsRefusedWhereNotEverythingIsSeen()
    {
        // Attack: objects made one by one over the API, naming a hidden blob; nothing tells them from a hidden branch's.
        var made = _made.Commit(_made.Tree(("100644", "mine", _made.Blob("secret"))), _main);

        var result = await InspectAsync(new(RefName.Parse("refs/heads/mine"), ObjectFormats.Zero(ObjectFormat.Sha1), made), [_main], made);

        Assert.AreEqual(GitFailureKind.NotAllowed, result.Failure?.Kind);
        Assert.Contains("may not see", result.Failure!.Message);
    }

    [TestMethod]
    public async Task Update_OfATagToATree_IsRefused()
    {
        var result = await InspectAsync(new(RefName.Parse("refs/tags/v1"), ObjectFormats.Zero(ObjectFormat.Sha1), _made.TreeOf(_main)), null);

        Assert.AreEqual(GitFailureKind.NotAllowed, result.Failure?.Kind);
    }

    [TestMethod]
    [DataRow("a", false, null)]
    [DataRow("dir/b", false, null)]
    [DataRow("dir", true, null)]
    [DataRow("a/x", null, "a")]
    [DataRow("dir/b/x/y", null, "dir/b")]
    [DataRow("A", null, null)]
    [DataRow("dir/x", null, null)]
    [DataRow("x/y", null, null)]
    public async Task LookUp_OfAPath_TellsWhatStandsThereAndWhatIsInTheWay(string path, bool? isDirectory, string? inTheWay)
    {
        var state = (await Inspector(_main).LookUpAsync(_main, path, ObjectFormat.Sha1, CancellationToken.None)).Value!;

        Assert.AreEqual((isDirectory, inTheWay), (state.Entry is null ? null : state.IsDirectory, state.InTheWay));
    }

    private PushInspector Inspector(params GitOid[] tips) => new(new MadeUpstream(_made, _made.Closure(tips)), new(), Secrets.Scanner);

    private ValueTask<GitResult<PushInspection>> InspectAsync(RefUpdate update, IReadOnlyCollection<GitOid>? visible, params GitOid[] more) =>
        Inspector([_main, .. more]).InspectAsync([update], ObjectFormat.Sha1, _main, visible, CancellationToken.None);
}
