using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using CursorBroker.Core.State;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>One instance dies; the others clean up after it, and only after it.</summary>
[TestClass]
public sealed class CredentialSweeperTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task Crash_TokensOfTheDeadInstance_AreRevokedByAnotherAfterNinetySeconds()
    {
        await using var world = new CredentialWorld();
        var doomed = world.Run();
        var read = await LeaseAsync(doomed);
        var write = await LeaseAsync(doomed, permissions: PermissionSet.ContentsWrite);
        await world.CrashAsync(doomed);
        var survivor = new Sweep(world);

        world.Time.Advance(TimeSpan.FromSeconds(89));
        await survivor.OnceAsync();
        Assert.HasCount(2, world.Mint.Alive, "until then it may only be slow");

        world.Time.Advance(TimeSpan.FromSeconds(1));
        await survivor.OnceAsync();

        Assert.IsEmpty(world.Mint.Alive);
        Assert.IsEmpty(world.State.All("credential"));
        var told = new[] { await world.Observer.NextAsync(), await world.Observer.NextAsync() };
        CollectionAssert.AreEquivalent(
            new[] { new Told(read.Credential.Sha256, "owner-died", true), new Told(write.Credential.Sha256, "owner-died", true) }, told);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Crash_TheNextInstancesOwnLoops_CleanUpWithoutBeingAsked()
    {
        await using var world = new CredentialWorld();
        var doomed = world.Run();
        var lease = await LeaseAsync(doomed);
        await world.CrashAsync(doomed);
        world.Time.Advance(InstanceHeartbeat.DeadAfter);

        world.Run();

        Assert.AreEqual(new Told(lease.Credential.Sha256, "owner-died", true), await world.Observer.NextAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task LiveInstance_BeatingForHours_KeepsItsTokens()
    {
        await using var world = new CredentialWorld();
        using var heartbeat = new InstanceHeartbeat(world.State, world.Observer, world.Time);
        var register = new CredentialRegister(world.State, world.Sealer, heartbeat, world.Known);
        var other = new Sweep(world);
        for (var i = 0; i < 100; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(60));
            await register.PrepareAsync(CancellationToken.None);
            var outcome = await world.Mint.MintAsync(Pay, PermissionSet.ContentsRead, CancellationToken.None);
            await register.RecordAsync(((MintOutcome.Minted)outcome).Credential, revokeAt: null, CancellationToken.None);
            await other.OnceAsync();
        }

        Assert.AreEqual(0, world.Mint.Revocations);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Heartbeat_Loop_RenewsEveryThirtySeconds()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await LeaseAsync(keeper);
        var first = world.State.All("instance").Single();

        world.Time.Advance(InstanceHeartbeat.Every);
        while (world.State.All("instance").Single().Version == first.Version)
        {
            await Task.Yield();
        }

        Assert.AreEqual(first.Expires + InstanceHeartbeat.Every, world.State.All("instance").Single().Expires);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Heartbeat_StateAway_IsToldAndRecovers()
    {
        await using var world = new CredentialWorld();
        world.State.IsDown = static (_, _) => true;
        world.Run();
        await world.Observer.TroubleCame.WaitAsync();
        await world.Observer.TroubleCame.WaitAsync();

        world.State.IsDown = static (_, _) => false;
        world.Time.Advance(InstanceHeartbeat.Every);
        while (world.State.All("instance").Count == 0)
        {
            await Task.Yield();
        }

        CollectionAssert.AreEquivalent(
            new[] { "the heartbeat of this instance could not be written", "tokens of dead instances could not be looked for" },
            world.Observer.Troubles.ToArray());
    }

    [TestMethod]
    [DataRow("bit flipped")]
    [DataRow("keys gone")]
    [DataRow("not a record")]
    [DataRow("another token's seal under this id")]
    [Timeout(120_000)]
    public async Task UnreadableRecord_IsToldOnceNeverRevokedAndGoneAfterItsNaturalEnd(string attack)
    {
        await using var world = new CredentialWorld();
        using var doomed = world.Idle();
        var lease = await LeaseAsync(doomed);
        var other = await LeaseAsync(doomed, Web);
        var key = new StateKey("credential", lease.Credential.Sha256);
        var record = CredentialRecord.FromBytes(world.State.All("credential").Single(r => r.Key == key).Value)!;
        var others = CredentialRecord.FromBytes(world.State.All("credential").Single(r => r.Key.Id == other.Credential.Sha256).Value)!;
        switch (attack)
        {
            case "bit flipped":
                record.Sealed[^1] ^= 1;
                world.State.Overwrite(key, record.ToBytes());
                break;
            case "keys gone":
                var resealed = new FakeSealer().Seal(CredentialRegister.Purpose, "ghs_other"u8);
                world.State.Overwrite(key, (record with { Sealed = resealed }).ToBytes());
                break;
            case "not a record":
                world.State.Overwrite(key, "{}"u8.ToArray());
                break;
            default:
                world.State.Overwrite(key, (record with { Sealed = others.Sealed }).ToBytes());
                break;
        }

        var survivor = new Sweep(world);
        world.Time.Advance(InstanceHeartbeat.DeadAfter);
        await survivor.OnceAsync();
        await survivor.OnceAsync();

        var told = new[] { await world.Observer.NextAsync(), await world.Observer.NextAsync() };
        CollectionAssert.AreEquivalent(
            new[] { new Told(lease.Credential.Sha256, "unreadable-record", false), new Told(other.Credential.Sha256, "owner-died", true) }, told);
        Assert.IsTrue(world.Observer.IsQuiet);
        CollectionAssert.AreEqual(new[] { lease.Credential.Reveal() }, world.Mint.Alive.ToArray());

        world.Time.Advance(TimeSpan.FromMinutes(70));
        await survivor.OnceAsync();
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ExpiredRecord_OfADeadInstance_IsRemovedWithoutCallingGitHub()
    {
        await using var world = new CredentialWorld();
        using var doomed = world.Idle();
        var lease = await LeaseAsync(doomed);
        world.Time.Advance(TimeSpan.FromHours(1));

        await new Sweep(world).OnceAsync();

        Assert.AreEqual(new Told(lease.Credential.Sha256, "expired", true), await world.Observer.NextAsync());
        Assert.AreEqual(0, world.Mint.Revocations);
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Sweep_GitHubDoesNotConfirm_KeepsTheRecordAndTellsOnce()
    {
        await using var world = new CredentialWorld();
        using var doomed = world.Idle();
        var lease = await LeaseAsync(doomed);
        world.Time.Advance(InstanceHeartbeat.DeadAfter);
        world.Mint.CanRevoke = static () => false;
        var survivor = new Sweep(world);
        await survivor.OnceAsync();
        await survivor.OnceAsync();
        var told = new Told(lease.Credential.Sha256, "owner-died", false);
        Assert.AreEqual(told, await world.Observer.NextAsync());
        Assert.IsTrue(world.Observer.IsQuiet);
        Assert.HasCount(1, world.State.All("credential"));

        world.Mint.CanRevoke = static () => true;
        await survivor.OnceAsync();

        Assert.AreEqual(told with { Confirmed = true }, await world.Observer.NextAsync());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [Timeout(120_000)]
    public async Task Sweep_NewInstanceMintsWhileItLooks_IsNotTakenForDead(int look)
    {
        await using var world = new CredentialWorld();
        using var newcomer = world.Idle();
        var survivor = new Sweep(world);
        var lists = 0;
        Task<ICredentialLease>? lease = null;
        world.State.IsDown = (operation, _) =>
        {
            if (operation == "list" && ++lists == look)
            {
                lease = LeaseAsync(newcomer);
            }

            return false;
        };

        await survivor.OnceAsync();

        Assert.IsNotNull(await lease!);
        Assert.HasCount(1, world.Mint.Alive);
    }
}
