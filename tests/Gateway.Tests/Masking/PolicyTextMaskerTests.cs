using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>What approvers are shown.</summary>
[TestClass]
public sealed class PolicyTextMaskerTests
{
    [TestMethod]
    public async Task Text_WithASecret_IsShownMaskedLineByLine()
    {
        var shown = (await MaskerAsync()).Mask($"one\nthe token is {Secrets.Token}\nthree")!;

        Assert.DoesNotContain(Secrets.Token[4..], shown);
        CollectionAssert.AreEqual(new[] { "one", "three" }, new[] { shown.Split('\n')[0], shown.Split('\n')[2] });
    }

    [TestMethod]
    public async Task Request_ThatWaits_IsShownWithItsBodyMasked()
    {
        var request = new RequestSnapshots(await MaskerAsync(), new SnapshotLimits()).Of("POST", "/repos/a/b/issues", "", System.Text.Encoding.UTF8.GetBytes($$"""{"title":"{{Secrets.Token}}"}"""));

        Assert.AreEqual(SnapshotContent.Shown, request.Content);
        Assert.DoesNotContain(Secrets.Token[4..], request.Body!);
        Assert.StartsWith("{\"title\":\"", request.Body!);
    }

    [TestMethod]
    public async Task Masks_OfApprovers_AreNotThoseOfAnySession()
    {
        var keeper = await KeeperAsync();
        var shown = new PolicyTextMasker(keeper, new KnownSecrets(TimeProvider.System), new FakePolicy(null)).Mask(Secrets.Token)!;
        var answered = new TextMasker(MaskRules.Default, keeper.Root.ForSession("s-1")).Mask(Secrets.Token)!;

        Assert.AreNotEqual(answered, shown);
    }

    [TestMethod]
    public void Text_BeforeTheKeyIsRead_IsNotShown() =>
        Assert.ThrowsExactly<StateUnavailableException>(() => new PolicyTextMasker(new MaskRootKeeper(new MemoryState(), new FakeSealer()), new KnownSecrets(TimeProvider.System), new FakePolicy(null)).Mask("x"));

    private static async Task<PolicyTextMasker> MaskerAsync() =>
        new(await KeeperAsync(), new KnownSecrets(TimeProvider.System), new FakePolicy(PolicyCompiler.Compile(Secrets.Policy).Policy));

    private static async Task<MaskRootKeeper> KeeperAsync()
    {
        var keeper = new MaskRootKeeper(new MemoryState(), new FakeSealer());
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }
}
