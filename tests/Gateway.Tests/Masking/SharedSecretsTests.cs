using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>What one instance hands out, the others mask.</summary>
[TestClass]
public sealed class SharedSecretsTests
{
    private const string Value = "7G#kq0PzLw-from-a-vault";

    private readonly MemoryState _state = new();
    private readonly MaskRootKeeper _root = new(new MemoryState(), new FakeSealer());
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestInitialize]
    public Task StartAsync() => _root.StartAsync(CancellationToken.None);

    [TestMethod]
    public async Task Value_ReadEveryMinute_IsOneRecordThatChangesOnceADay()
    {
        var here = new Instance(this);
        Assert.IsTrue(await here.Shared.AddAsync(Value, _time.GetUtcNow().AddDays(30), CancellationToken.None));
        var first = Record().Version;
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.IsTrue(await here.Shared.AddAsync(Value, _time.GetUtcNow().AddDays(30), CancellationToken.None));
            Assert.AreEqual(first, Record().Version);
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.IsTrue(await here.Shared.AddAsync(Value, _time.GetUtcNow().AddDays(30), CancellationToken.None));
        Assert.AreNotEqual(first, Record().Version);

        StateRecord Record() => _state.Records.Single(static each => each.Key.Collection == SharedSecrets.Collection).Value;
    }

    [TestMethod]
    public async Task Value_OfTwoInstances_IsOneRecord()
    {
        await new Instance(this).Shared.AddAsync(Value, _time.GetUtcNow().AddDays(30), CancellationToken.None);
        await new Instance(this).Shared.AddAsync(Value, _time.GetUtcNow().AddDays(40), CancellationToken.None);

        Assert.HasCount(1, _state.Records.Keys.Where(static key => key.Collection == SharedSecrets.Collection).ToList());
    }

    [TestMethod]
    public async Task Attack_ValuesWithoutEnd_AreNotHandedOutBeyondTheBound()
    {
        var here = new Instance(this);
        var value = System.Security.Cryptography.RandomNumberGenerator.GetString("ABCDEFGHabcdefgh0123456789", KnownSecrets.Longest);
        for (var i = 0; i < SharedSecrets.MostBytes / KnownSecrets.Longest; i++)
        {
            Assert.IsTrue(await here.Shared.AddAsync($"{i:D4}{value[4..]}", _time.GetUtcNow().AddHours(1), CancellationToken.None));
        }

        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None).AsTask());
        Assert.IsTrue(await here.Shared.AddAsync($"0000{value[4..]}", _time.GetUtcNow().AddHours(2), CancellationToken.None), "one that is known already may be known longer");
        _time.Advance(TimeSpan.FromHours(1));
        await here.Shared.AddAsync($"0000{value[4..]}", _time.GetUtcNow().AddHours(3), CancellationToken.None);
        Assert.IsTrue(await here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None), "once others have expired");
    }

    [TestMethod]
    public async Task Value_Added_IsMaskedHereAtOnceAndThereAfterALook()
    {
        var (here, there) = (new Instance(this), new Instance(this));
        await there.Shared.LookAsync(CancellationToken.None);

        Assert.IsTrue(await here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None));
        Assert.IsTrue(here.Masks(Value));
        Assert.IsFalse(there.Masks(Value));

        await there.Shared.LookAsync(CancellationToken.None);
        Assert.IsTrue(there.Masks(Value));
    }

    [TestMethod]
    public async Task Value_SecondOne_IsSeenToo()
    {
        var (here, there) = (new Instance(this), new Instance(this));
        foreach (var i in (int[])[1, 2, 3])
        {
            await here.Shared.AddAsync($"{Value}-{i}", _time.GetUtcNow().AddHours(1), CancellationToken.None);
            await there.Shared.LookAsync(CancellationToken.None);
            Assert.IsTrue(there.Masks($"{Value}-{i}"));
        }
    }

    [TestMethod]
    public async Task Value_AddedAgain_IsOneRecord()
    {
        var (here, there) = (new Instance(this), new Instance(this));
        await here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        await there.Shared.LookAsync(CancellationToken.None);

        await here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        await there.Shared.AddAsync(Value, _time.GetUtcNow().AddMinutes(30), CancellationToken.None);

        Assert.HasCount(1, _state.Records.Keys.Where(static key => key.Collection == SharedSecrets.Collection).ToList());
    }

    [TestMethod]
    public async Task Value_Expired_IsForgotten()
    {
        var (here, there) = (new Instance(this), new Instance(this));
        await here.Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        await there.Shared.LookAsync(CancellationToken.None);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.IsFalse(here.Masks(Value));
        Assert.IsFalse(there.Masks(Value));
    }

    [TestMethod]
    public async Task Value_TooPlain_IsNotMaskedByValueAndNotStored()
    {
        Assert.IsFalse(await new Instance(this).Shared.AddAsync("true", _time.GetUtcNow().AddHours(1), CancellationToken.None));
        Assert.IsEmpty(_state.Records);
    }

    [TestMethod]
    public async Task Attack_StateIsRead_ItHoldsNeitherTheValueNorADigestOfIt()
    {
        await new Instance(this).Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);

        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Value)));
        foreach (var record in _state.Records.Values)
        {
            Assert.IsLessThan(0, record.Value.Span.IndexOf(Encoding.UTF8.GetBytes(Value)));
            Assert.DoesNotContain(digest[..16], record.Key.Id);
        }
    }

    [TestMethod]
    public async Task Value_StateIsDown_IsNotToBeHandedOut()
    {
        _state.IsDown = true;
        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => new Instance(this).Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None).AsTask());
    }

    [TestMethod]
    public async Task Instance_ThatCouldNotLookForAMinute_IsNotCurrent()
    {
        var instance = new Instance(this);
        Assert.ThrowsExactly<StateUnavailableException>(instance.Shared.ThrowIfStale);
        await instance.Shared.LookAsync(CancellationToken.None);
        instance.Shared.ThrowIfStale();

        _state.IsDown = true;
        _time.Advance(SharedSecrets.Patience - TimeSpan.FromTicks(1));
        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => instance.Shared.LookAsync(CancellationToken.None).AsTask());
        instance.Shared.ThrowIfStale();
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.ThrowsExactly<StateUnavailableException>(instance.Shared.ThrowIfStale);

        _state.IsDown = false;
        await instance.Shared.LookAsync(CancellationToken.None);
        instance.Shared.ThrowIfStale();
    }

    [TestMethod]
    public async Task Look_RecordThatCannotBeOpened_DoesNotKeepTheOthersFromBeingKnown()
    {
        await new Instance(this).Shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        await _state.CreateAsync(new StateKey(SharedSecrets.Collection, "broken"), new byte[100], null, CancellationToken.None);
        var other = new Instance(this);

        await other.Shared.LookAsync(CancellationToken.None);

        Assert.IsTrue(other.Masks(Value));
    }

    private sealed class Instance(SharedSecretsTests world)
    {
        private static readonly MaskRules NoRules = MaskRules.Compile("version: 1\nrules: []").Rules!;

        private readonly KnownSecrets _known = new(world._time);

        public SharedSecrets Shared => field ??= new(world._state, new FakeSealer(), world._root, _known, world._time, NullLogger<SharedSecrets>.Instance);

        public bool Masks(string value)
        {
            using var masker = new StreamMasker(NoRules, MaskKey.Create(), _known);
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            masker.Push(Encoding.UTF8.GetBytes($"it is {value}."), end: true, output);
            return !Encoding.UTF8.GetString(output.WrittenSpan).Contains(value, StringComparison.Ordinal);
        }
    }
}
