using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>A caller who sees only some refs, knows the ids of hidden objects, and may push.</summary>
[TestClass]
public sealed class HiddenRefsTests
{
    private const string Mine = "refs/heads/mine";

    private readonly MadeHistory _made = new();
    private readonly GitOid _main;
    private readonly GitOid _hidden;

    public HiddenRefsTests()
    {
        _main = _made.Commit(_made.Files(("a", "1"), ("dir/b", "1")));
        _hidden = _made.Commit(_made.Files(("a", "1"), ("dir/b", "1"), ("secret/key", "secret")), _main);
    }

    [TestMethod]
    public async Task Inspect_RefCreatedAtAHiddenCommit_IsRefused() =>
        await RefusedAsync(Push().Update(Mine, null, _hidden), "may not see");

    [TestMethod]
    public async Task Inspect_RefCreatedAtAHiddenTag_IsRefused()
    {
        var tag = _made.Tag(_main, GitObjectType.Commit);

        await RefusedAsync(new MadePush(_made, _main, tag) { VisibleTips = [_main] }.Update("refs/tags/mine", null, tag), "may not see");
    }

    [TestMethod]
    public async Task Inspect_NewCommitOnAHiddenParent_IsRefused() =>
        await RefusedAsync(Push().Update(Mine, null, _made.Commit(_made.Files(("a", "2")), _main, _hidden)), "may not see");

    [TestMethod]
    public async Task Inspect_CommitThatNamesAHiddenBlob_IsRefused()
    {
        var tree = _made.Tree(("100644", "mine", _made.Blob("secret")));
        var tip = _made.Commit(tree, _main);

        await RefusedAsync(Push(tip, tree).Update(Mine, null, tip), "neither brings");
    }

    [TestMethod]
    public async Task Inspect_CommitThatNamesAHiddenDirectory_IsRefused()
    {
        var tree = _made.Tree(("40000", "mine", _made.Files(("key", "secret"))));
        var tip = _made.Commit(tree, _main);

        await RefusedAsync(Push(tip, tree).Update(Mine, null, tip), "neither brings");
    }

    [TestMethod]
    public async Task Inspect_CommitThatNamesAHiddenRootTree_IsRefused()
    {
        var tip = _made.Commit(_made.TreeOf(_hidden), _main);

        await RefusedAsync(Push(tip).Update(Mine, null, tip), "neither brings");
    }

    [TestMethod]
    public async Task Inspect_RootCommitThatNamesAHiddenTree_IsRefused()
    {
        var tip = _made.Commit(_made.TreeOf(_hidden));

        await RefusedAsync(Push(tip).Update(Mine, null, tip), "neither brings");
    }

    [TestMethod]
    public async Task Inspect_FileMovedWithinWhatTheParentHas_Passes()
    {
        var tree = _made.Tree(("100644", "a", _made.Blob("1")), ("40000", "moved", _made.Files(("b", "1"))));
        var tip = _made.Commit(tree, _main);

        var changes = await Push(tip, tree).Update(Mine, null, tip).ChangesAsync();

        Assert.AreEqual("dir/b moved/b", string.Join(' ', changes.Paths));
    }

    [TestMethod]
    public async Task Inspect_OrdinaryPush_PassesWithoutListingWholeTrees()
    {
        var tip = _made.Commit(_made.Files(("a", "2"), ("dir/b", "1")), _main);
        var push = Push().Update(Mine, null, tip);

        Assert.AreEqual("a", string.Join(' ', (await push.ChangesAsync()).Paths));
        Assert.IsFalse(push.Upstream.FetchedIds.Contains(_made.Files(("b", "1"))));
    }

    [TestMethod]
    public async Task Inspect_HiddenRefPushedOnByWhoMayPushIt_Passes()
    {
        // The ref has these commits already: whoever pushes onto it shows nothing that it did not hold.
        var tip = _made.Commit(_made.Files(("a", "2"), ("dir/b", "1"), ("secret/key", "secret")), _hidden);

        var changes = await Push(tip, _made.TreeOf(tip), _made.Blob("2")).Update("refs/heads/hidden", _hidden, tip).ChangesAsync();

        Assert.AreEqual("a", string.Join(' ', changes.Paths));
    }

    [TestMethod]
    public async Task Inspect_HiddenCommitOfOneRefForAnother_IsRefusedBesideAGoodUpdate()
    {
        var good = _made.Commit(_made.Files(("a", "2")), _main);

        await RefusedAsync(Push().Update("refs/heads/good", null, good).Update(Mine, null, _hidden), "may not see");
    }

    private MadePush Push(params GitOid[] only) => new(_made, _main, _hidden) { VisibleTips = [_main], Only = only.Length > 0 ? only : null };

    private static async Task RefusedAsync(MadePush push, string why)
    {
        var failure = await push.FailureAsync();

        Assert.AreEqual(GitFailureKind.NotAllowed, failure.Kind);
        Assert.Contains(why, failure.Message);
    }
}
