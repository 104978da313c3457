using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.Tests.Pages.Support;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>The keys of the broker's tokens over time and over instances.</summary>
[TestClass]
public sealed class SigningKeyTests
{
    private readonly MemoryState _state = new();
    private readonly ShiftedTime _time = new();

    [TestMethod]
    public async Task TwoInstances_StartedAtOnce_SignWithTheSameKey()
    {
        var (one, other) = (Instance(), Instance());

        Assert.AreEqual((await one.SigningAsync(default)).Key.KeyId, (await other.SigningAsync(default)).Key.KeyId);
    }

    [TestMethod]
    public async Task FirstKey_WhenAnotherInstanceWinsTheRace_IsThatOnes()
    {
        string? winners = null;
        _state.LostRaces = 1;
        _state.Lost = () => winners = Instance().SigningAsync(default).AsTask().GetAwaiter().GetResult().Key.KeyId;

        Assert.AreEqual((await Instance().SigningAsync(default)).Key.KeyId, winners);
    }

    [TestMethod]
    public async Task NextKey_IsPublishedBeforeItSigns_AndTheOldOneKeptUntilItsTokensAreOver()
    {
        var keys = Instance();
        var old = (await keys.SigningAsync(default)).Key.KeyId;

        _time.Ahead += SigningKeyRing.Rotation;
        Assert.AreEqual(old, (await keys.SigningAsync(default)).Key.KeyId);
        var next = (await keys.PublicAsync(default)).Single(key => key.Id != old).Id;

        _time.Ahead += SigningKeyRing.Notice;
        Assert.AreEqual(next, (await keys.SigningAsync(default)).Key.KeyId);
        Assert.IsNotNull(await keys.FindAsync(old, default));

        _time.Ahead += SigningKeyRing.Grace + TimeSpan.FromSeconds(1);
        Assert.IsNull(await keys.FindAsync(old, default));
        Assert.IsNotNull(await keys.FindAsync(next, default));
    }

    [TestMethod]
    public async Task KeyIdFlood_OfStrangers_ReadsStateOnceInAWhile()
    {
        var keys = Instance();
        _ = await keys.SigningAsync(default);
        _state.IsDown = true;

        for (var i = 0; i < 100; i++)
        {
            Assert.IsNull(await keys.FindAsync($"made-up-{i}", default));
        }
    }

    [TestMethod]
    public async Task PrivateKeys_AreInStateSealedOnly()
    {
        _ = await Instance().SigningAsync(default);

        var text = System.Text.Encoding.Latin1.GetString(_state.Records.Values.Single().Value.Span);

        Assert.DoesNotContain("Private", text);
    }

    private SigningKeys Instance() => new(_state, new FakeSealer(), _time);
}
