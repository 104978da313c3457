using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>The deployment's key: one for all instances, read or refused.</summary>
[TestClass]
public sealed class MaskRootTests
{
    [TestMethod]
    public async Task Root_OfTwoInstances_IsTheSame()
    {
        var state = new MemoryState();
        var (first, second) = (await StartAsync(state), await StartAsync(state));

        Assert.AreEqual(Mask(first), Mask(second));
        Assert.IsGreaterThanOrEqualTo(0, second.FindMark(Encoding.ASCII.GetBytes(Mask(first))));
    }

    [TestMethod]
    public async Task Root_MadeByAnotherInstanceAtTheSameMoment_IsThatOne()
    {
        var state = new MemoryState { LostRaces = 1 };
        MaskRoot? other = null;
        state.Lost = () => other = StartAsync(state).Result;

        var root = await StartAsync(state);

        Assert.AreEqual(Mask(other!), Mask(root));
    }

    [TestMethod]
    public async Task Root_InState_IsSealed()
    {
        var state = new MemoryState();
        await StartAsync(state);

        var stored = state.Records[MaskRootKeeper.Key].Value;

        Assert.AreNotEqual(MaskRoot.Length, stored.Length);
        Assert.IsNotNull(new FakeSealer().Unseal(MaskRootKeeper.Purpose, stored.Span));
    }

    [TestMethod]
    public async Task Attack_RootWasSwappedForOneSealedForSomethingElse_TheBrokerDoesNotStart()
    {
        var state = new MemoryState();
        await state.CreateAsync(MaskRootKeeper.Key, new FakeSealer().Seal("another purpose", new byte[MaskRoot.Length]), null, CancellationToken.None);

        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => StartAsync(state));
    }

    [TestMethod]
    public async Task Root_StateIsDown_TheBrokerDoesNotStart() =>
        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => StartAsync(new MemoryState { IsDown = true }));

    [TestMethod]
    public void Root_BeforeTheStart_IsRefused() =>
        Assert.ThrowsExactly<StateUnavailableException>(() => new MaskRootKeeper(new MemoryState(), new FakeSealer()).Root);

    private static async Task<MaskRoot> StartAsync(MemoryState state)
    {
        var keeper = new MaskRootKeeper(state, new FakeSealer());
        await keeper.StartAsync(CancellationToken.None);
        return keeper.Root;
    }

    private static string Mask(MaskRoot root)
    {
        using var masker = new StreamMasker(MaskRules.Default, root.ForSession("s-1"));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        masker.Push(Encoding.ASCII.GetBytes(Secrets.Token), end: true, output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
