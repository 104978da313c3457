using System.Text;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Git.Packs;
using CursorBroker.Core.Tests.Writes;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>Masks never become data, and what a push adds of secrets is known.</summary>
[TestClass]
public sealed class AddedContentTests
{
    private const string Main = "refs/heads/main";

    private static readonly string Secret = Secrets.Token(1);

    private readonly MadeHistory _made = new();

    [TestMethod]
    public async Task Push_FileWithAMask_IsRefusedWithFileAndLine()
    {
        var old = Commit(Files(("config/app.yaml", $"a: 1\nb: 2\ntoken: {Secret}\n")));
        var tip = Commit(Files(("config/app.yaml", $"a: 2\nb: 2\n{Secrets.Masked($"token: {Secret}")}\n")), old);

        StringAssert.StartsWith(await RefusedAsync(old, tip), "config/app.yaml:3: this is a mask of the broker, not the secret", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_PlaceholderOfAVaultsSecret_IsRefusedWithFileAndLine()
    {
        var old = Commit(Files(("config/app.yaml", "a: 1\n")));
        var tip = Commit(Files(("config/app.yaml", "a: 1\ntoken: {{vault:kv-dev/db-password}}\n")), old);

        StringAssert.StartsWith(await RefusedAsync(old, tip), "config/app.yaml:2: this is a placeholder of a vault's secret", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskThatALaterCommitTakesOutAgain_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var bad = Commit(Files(("a", Secrets.Masked($"token={Secret}"))), old);
        var tip = Commit(Files(("a", "2")), bad);

        StringAssert.Contains(await RefusedAsync(old, tip), "a:1: this is a mask", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskInTheMiddleOfALargeFile_IsRefused()
    {
        var lines = string.Concat(Enumerable.Range(0, 40_000).Select(static i => $"this is line {i}: nothing to see here\n"));
        var old = Commit(Files(("a", "1")));
        var tip = Commit(Files(("a", "1"), ("big.txt", $"{lines}{Secrets.Masked($"token={Secret}")}\n{lines}")), old);

        StringAssert.StartsWith(await RefusedAsync(old, tip), "big.txt:40001: ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskThatOnlyAMergeBrings_IsRefused()
    {
        var root = Commit(Files(("a", "1"), ("b", "1")));
        var (left, right) = (Commit(Files(("a", "2"), ("b", "1")), root), Commit(Files(("a", "1"), ("b", "2")), root));
        var tip = Commit(Files(("a", "2"), ("b", Secrets.Masked($"token={Secret}"))), left, right);

        StringAssert.StartsWith(await RefusedAsync(root, tip), "b:1: ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskInACommitsMessage_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var tip = Message(_made.Files(("a", "2")), $"Set the token\n\n{Secrets.Masked($"token={Secret}")}\n", old);

        StringAssert.StartsWith(await RefusedAsync(old, tip), $"the message of commit {tip.Hex[..7]}:3: ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskInATagsMessage_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var tag = _made.Add(GitObjectType.Tag, Encoding.UTF8.GetBytes(
            $"object {old.Hex}\ntype commit\ntag v1\ntagger T <t@x> 1700000000 +0000\n\n{Secrets.Masked($"token={Secret}")}\n"));

        var failure = await new MadePush(_made, old).Update("refs/tags/v1", null, tag).FailureAsync();

        StringAssert.StartsWith(failure.Message, $"the message of tag {tag.Hex[..7]}:1: ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskInAFileThatOnlyATagLeadsTo_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var side = Commit(Files(("a", Secrets.Masked($"token={Secret}"))), old);

        var failure = await new MadePush(_made, old).Update("refs/tags/v1", null, _made.Tag(side, GitObjectType.Commit)).FailureAsync();

        StringAssert.StartsWith(failure.Message, "a:1: this is a mask", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskInAnAuthorsName_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var tip = _made.Add(GitObjectType.Commit, Encoding.UTF8.GetBytes(
            $"tree {_made.Files(("a", "2")).Hex}\nparent {old.Hex}\nauthor {Secrets.Masked($"token={Secret}")} <a@x> 1 +0000\ncommitter C <c@x> 1 +0000\n\nmessage\n"));

        StringAssert.StartsWith(await RefusedAsync(old, tip), $"the header of commit {tip.Hex[..7]}:3: ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MaskMadeByADeltaOnAnOldBlobOfThePack_IsRefused()
    {
        var old = Commit(Files(("a", "1")));
        var filler = string.Concat(Enumerable.Range(0, 200).Select(static i => $"line {i}\n"));
        var (before, after) = (Encoding.UTF8.GetBytes(filler + "token=\n"), Encoding.UTF8.GetBytes($"{filler}{Secrets.Masked($"token={Secret}")}\n"));
        var first = _made.Commit(_made.Tree(("100644", "a", _made.Add(GitObjectType.Blob, before))), old);
        var tip = _made.Commit(_made.Tree(("100644", "a", _made.Add(GitObjectType.Blob, after))), first);
        var builder = new PackBuilder().Add(GitObjectType.Blob, before);
        builder.Delta(0, PackBuilder.DeltaOf(before.Length, (0, filler.Length), after[filler.Length..]));
        foreach (var id in _made.Closure(tip).Except(_made.Closure(old)).Where(id => _made[id].Type != GitObjectType.Blob))
        {
            builder.Add(_made[id].Type, _made[id].Content);
        }

        var push = new ReceivePackRequest { Shallow = [], Updates = [new(RefName.Parse(Main), old, tip)], Capabilities = ReceivePackCapabilities.None };
        var inspection = await new PushInspector(new MadeUpstream(_made, _made.Closure(old)), new(), Secrets.Scanner)
            .InspectAsync(push, PackBuilder.Read(builder.Build()).Value, old, null, CancellationToken.None);

        StringAssert.StartsWith(inspection.Failure?.Message, "a:201: this is a mask", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_FileWhoseMaskIsTakenOut_Passes()
    {
        var old = Commit(Files(("a", Secrets.Masked($"token={Secret}"))));
        var tip = Commit(Files(("a", "token from the vault")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_NewSecret_IsNamedByFileLineAndRuleAndNotByItsValue()
    {
        var old = Commit(Files(("deploy/env", "A=1\n")));
        var tip = Commit(Files(("deploy/env", $"A=1\nTOKEN={Secret}\n")), old);

        var added = (await ChangesAsync(old, tip)).AddedSecrets.Single();

        Assert.AreEqual("deploy/env:2 (github-personal-access-token)", added.ToString());
        CollectionAssert.AreEqual((AddedSecret[])[added], (await ChangesAsync(old, tip)).ToUpdate(1).AddedSecrets!.ToArray());
    }

    [TestMethod]
    public async Task Push_SecretThatALaterCommitTakesOutAgain_IsAdded()
    {
        var old = Commit(Files(("a", "1")));
        var tip = Commit(Files(("a", "2")), Commit(Files(("a", $"TOKEN={Secret}")), old));

        Assert.HasCount(1, (await ChangesAsync(old, tip)).AddedSecrets, "it would be in the history");
    }

    [TestMethod]
    public async Task Push_FileWithAnOldSecret_AddsNothing()
    {
        var old = Commit(Files(("a", $"A=1\nTOKEN={Secret}\n")));
        var tip = Commit(Files(("a", $"A=2\nTOKEN={Secret}\n")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_SecretMovedWithinItsFileOrWrittenTwice_AddsNothing()
    {
        var old = Commit(Files(("a", $"TOKEN={Secret}\nA=1\n")));
        var tip = Commit(Files(("a", $"A=1\nB=2\nTOKEN={Secret}\nAGAIN={Secret}\n")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_OldSecretReplacedByAnother_AddsTheOther()
    {
        var old = Commit(Files(("a", $"TOKEN={Secret}\n")));
        var tip = Commit(Files(("a", $"TOKEN={Secrets.Token(2)}\n")), old);

        Assert.HasCount(1, (await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("and one line more\n", DisplayName = "and changed")]
    public async Task Push_RenamedFileWithAnOldSecret_AddsNothing(string more)
    {
        var old = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", "1")));
        var tip = Commit(Files(("b", "1"), ("dir/c", $"TOKEN={Secret}\n{more}")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_SecretMovedFromOneFileToAnother_AddsNothing()
    {
        var old = Commit(Files(("a", $"A=1\nTOKEN={Secret}\n"), ("b", "B=1\n")));
        var tip = Commit(Files(("a", "A=1\n"), ("b", $"B=1\nTOKEN={Secret}\n")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_SecretCopiedToAFileThatHadNone_IsAdded()
    {
        var old = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", "B=1\n")));
        var tip = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", $"B=1\nTOKEN={Secret}\n")), old);

        Assert.AreEqual("b:2 (github-personal-access-token)", (await ChangesAsync(old, tip)).AddedSecrets.Single().ToString());
    }

    [TestMethod]
    public async Task Push_RevertThatBringsASecretBackWithoutItsBlob_IsAdded()
    {
        var first = Commit(Files(("a", $"TOKEN={Secret}\n")));
        var old = Commit(Files(("a", "1")), first);
        var tip = Commit(Files(("a", $"TOKEN={Secret}\n")), old);
        var push = new MadePush(_made, old).Update(Main, old, tip);

        Assert.HasCount(1, (await push.ChangesAsync()).AddedSecrets);
        CollectionAssert.Contains(push.Upstream.FetchedIds.ToArray(), _made.Blob($"TOKEN={Secret}\n"));
    }

    [TestMethod]
    public async Task Push_MergeOfABranchWithAnOldSecret_AddsNothing()
    {
        var root = Commit(Files(("a", "1"), ("b", "1"), ("env", $"TOKEN={Secret}\nX=1\n")));
        var (left, right) = (Commit(Files(("a", "2"), ("b", "1"), ("env", $"TOKEN={Secret}\nX=2\n")), root), Commit(Files(("a", "1"), ("b", "2"), ("env", $"TOKEN={Secret}\nX=3\n")), root));
        var tip = Commit(Files(("a", "2"), ("b", "2"), ("env", $"TOKEN={Secret}\nX=4\n")), left, right);

        Assert.IsEmpty((await ChangesAsync(root, tip)).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_DeletedFileWithASecret_AddsNothing()
    {
        var old = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", "1")));

        Assert.IsEmpty((await ChangesAsync(old, Commit(Files(("b", "1")), old))).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_NewBranchOfWhatAnotherHasAlready_AddsNothing()
    {
        var main = Commit(Files(("a", "1")));
        var other = Commit(Files(("a", $"TOKEN={Secret}\n")), main);

        var changes = await new MadePush(_made, main, other) { DefaultTip = main }.Update("refs/heads/third", null, other).ChangesAsync();

        Assert.AreEqual(("a", 0), (changes.Paths.Single(), changes.AddedSecrets.Length));
    }

    [TestMethod]
    public async Task Push_FirstOfAll_EverySecretIsAdded()
    {
        var tip = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", $"TOKEN={Secrets.Token(2)}\n")));

        Assert.HasCount(2, (await new MadePush(_made).Update(Main, null, tip).ChangesAsync()).AddedSecrets);
    }

    [TestMethod]
    public async Task Push_SubmodulesAndLinks_AreLookedAtAsWhatTheyAre()
    {
        var old = Commit(Files(("a", "1"), ("module", $"160000:{new string('1', 40)}")));
        var tip = Commit(Files(("a", "1"), ("link", $"120000:{Secret}"), ("module", $"160000:{new string('2', 40)}")), old);

        Assert.AreEqual("link:1 (github-personal-access-token)", (await ChangesAsync(old, tip)).AddedSecrets.Single().ToString(), "a link's target is its content");
    }

    [TestMethod]
    public async Task Push_FileThatTakesADirectorysPlace_IsCompared()
    {
        var old = Commit(Files(("a/b", $"TOKEN={Secret}\n")));
        var tip = Commit(Files(("a", $"TOKEN={Secret}\n")), old);

        Assert.IsEmpty((await ChangesAsync(old, tip)).AddedSecrets, "a rename");
    }

    [TestMethod]
    public async Task Push_SeveralRefs_EachHasItsOwn()
    {
        var old = Commit(Files(("a", "1")));
        var (one, two) = (Commit(Files(("a", $"TOKEN={Secret}\n")), old), Commit(Files(("b", "1")), old));

        var changes = (await new MadePush(_made, old).Update(Main, old, one).Update("refs/heads/other", null, two).InspectAsync()).Value!.Changes;

        Assert.AreEqual((1, 0), (changes[0].AddedSecrets.Length, changes[1].AddedSecrets.Length));
    }

    [TestMethod]
    public async Task Push_MoreSecretsThanItMayAdd_IsRefusedByALimitThatIsNamed()
    {
        var old = Commit(Files(("a", "1")));
        var tip = Commit(Files(("a", $"{Secret}\n{Secrets.Token(2)}\n")), old);

        var failure = await new MadePush(_made, old) { Limits = new() { MaxAddedSecrets = 1 } }.Update(Main, old, tip).FailureAsync();

        Assert.AreEqual(GitFailureKind.TooLarge, failure.Kind);
        StringAssert.Contains(failure.Message, nameof(ChangeLimits.MaxAddedSecrets), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_MoreFindingsThanAreHeld_IsRefusedByALimitThatIsNamed()
    {
        var old = Commit(Files(("a", $"{Secret}\n{Secrets.Token(2)}\n")));
        var tip = Commit(Files(("a", $"{Secret}\n{Secrets.Token(2)}\nx")), old);

        var failure = await new MadePush(_made, old) { Limits = new() { MaxFindings = 1 } }.Update(Main, old, tip).FailureAsync();

        StringAssert.Contains(failure.Message, nameof(ChangeLimits.MaxFindings), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Push_TheSameHistoryAgain_IsKnownByItsIds()
    {
        var scanner = Secrets.Scanner;
        var old = Commit(Files(("a", "1")));
        var tip = Commit(Files(("a", $"TOKEN={Secret}\n"), ("b", "2")), old);
        _ = await new MadePush(_made, old) { Scanner = scanner }.Update(Main, old, tip).ChangesAsync();

        // A verdict that is not true shows that it is the remembered one that counts.
        Assert.IsTrue(scanner.Verdicts.TryGet(_made.Blob($"TOKEN={Secret}\n"), out var verdict));
        Assert.HasCount(1, verdict.AddedTo());
        Assert.HasCount(1, (await new MadePush(_made, old) { Scanner = scanner }.Update(Main, old, tip).ChangesAsync()).AddedSecrets);
    }

    private GitOid Files(params (string, string)[] files) => _made.Files(files);

    private GitOid Commit(GitOid tree, params GitOid[] parents) => _made.Commit(tree, parents);

    private GitOid Message(GitOid tree, string message, GitOid parent) => _made.Add(GitObjectType.Commit, Encoding.UTF8.GetBytes(
        $"tree {tree.Hex}\nparent {parent.Hex}\nauthor A <a@x> 1700000000 +0000\ncommitter C <c@x> 1700000000 +0000\n\n{message}"));

    private Task<ChangeSet> ChangesAsync(GitOid old, GitOid tip) => new MadePush(_made, old).Update(Main, old, tip).ChangesAsync();

    private async Task<string> RefusedAsync(GitOid old, GitOid tip)
    {
        var failure = await new MadePush(_made, old).Update(Main, old, tip).FailureAsync();
        Assert.AreEqual(GitFailureKind.WritesMask, failure.Kind, failure.Message);
        return failure.Message;
    }
}
