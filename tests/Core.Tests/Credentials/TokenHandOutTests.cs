using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>Tokens that left the broker end when it was promised, whoever lives then.</summary>
[TestClass]
public sealed class TokenHandOutTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task HandOut_TimeIsOver_IsRevokedByTheInstanceThatMintedIt()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var minted = await MintAsync(keeper);
        Assert.AreEqual(world.Time.GetUtcNow() + TenMinutes, minted.RevokedAt);

        world.Time.Advance(TenMinutes - TimeSpan.FromSeconds(1));
        Assert.HasCount(1, world.Mint.Alive);
        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.AreEqual(new Told(minted.Credential.Sha256, "exchange-over", true), await world.Observer.NextAsync());
        Assert.IsEmpty(world.Mint.Alive);
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    public async Task HandOut_Twice_IsNeverTheSameTokenAndNeverAShareOfAnother()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await using var lease = await LeaseAsync(keeper);

        var hashes = new[] { lease.Credential.Sha256, (await MintAsync(keeper)).Credential.Sha256, (await MintAsync(keeper)).Credential.Sha256 };

        Assert.HasCount(3, hashes.Distinct());
    }

    [TestMethod]
    public async Task HandOut_BrokerStops_LeavesItForItsTime()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await MintAsync(keeper);

        Assert.AreEqual(0, await keeper.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None));

        Assert.HasCount(1, world.Mint.Alive);
        Assert.IsInstanceOfType<HandOutOutcome.Failed>(await keeper.HandOut.MintAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task HandOut_InstanceDies_AnotherOneRevokesItWhenItsTimeIsOverAndNotBefore()
    {
        await using var world = new CredentialWorld();
        var dead = world.Run();
        var minted = await MintAsync(dead);
        await world.CrashAsync(dead);
        var survivor = new Sweep(world);

        world.Time.Advance(TenMinutes - TimeSpan.FromSeconds(1));
        await survivor.OnceAsync();
        Assert.HasCount(1, world.Mint.Alive, "its owner is dead, but its time was promised");

        world.Time.Advance(TimeSpan.FromSeconds(1));
        await survivor.OnceAsync();

        Assert.IsEmpty(world.Mint.Alive);
        Assert.AreEqual(new Told(minted.Credential.Sha256, "exchange-over", true), await world.Observer.NextAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task HandOut_OwnerLivesAndDoesNotRevoke_AnotherOneDoes()
    {
        await using var world = new CredentialWorld();
        using var stuck = world.Idle();
        await MintAsync(stuck);
        var survivor = new Sweep(world);

        world.Time.Advance(TenMinutes);
        await survivor.OnceAsync();

        Assert.IsEmpty(world.Mint.Alive);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task HandOut_RecordOfIt_HoldsNoTokenThatCanBeRead()
    {
        await using var world = new CredentialWorld();
        var minted = await MintAsync(world.Run());

        var record = System.Text.Encoding.UTF8.GetString(world.State.All("credential").Single().Value.Span);

        Assert.DoesNotContain(minted.Credential.Reveal(), record);
        Assert.Contains("\"revokeAt\":", record);
    }

    [TestMethod]
    public async Task HandOut_CannotBeRecorded_IsRevokedAndRefused()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await LeaseAsync(keeper, Web);
        world.State.IsDown = static (operation, key) => operation == "create" && key?.Collection == "credential";

        var failed = Assert.IsInstanceOfType<HandOutOutcome.Failed>(await keeper.HandOut.MintAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None));

        Assert.AreEqual(MintFailure.Unavailable, failed.Failure.Failure);
        Assert.HasCount(1, world.Mint.Alive, "the other one alone");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task HandOut_TakenBack_IsRevokedAtOnce()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var minted = await MintAsync(keeper);

        keeper.HandOut.TakeBack(minted.Credential);

        Assert.AreEqual(new Told(minted.Credential.Sha256, "not-delivered", true), await world.Observer.NextAsync());
        Assert.IsEmpty(world.Mint.Alive);
    }

    [TestMethod]
    public async Task HandOut_NothingOrForTooLong_Throws()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await keeper.HandOut.MintAsync(Pay, PermissionSet.Empty, TenMinutes, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(
            async () => await keeper.HandOut.MintAsync(Pay, PermissionSet.ContentsRead, TimeSpan.FromMinutes(61), CancellationToken.None));
    }

    private static async Task<HandOutOutcome.Minted> MintAsync(CredentialKeeper keeper) => Assert.IsInstanceOfType<HandOutOutcome.Minted>(
        await keeper.HandOut.MintAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None));
}
