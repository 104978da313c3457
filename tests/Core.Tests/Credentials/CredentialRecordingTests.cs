using System.Text;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>What is in State, when, and what happens when State is not there.</summary>
[TestClass]
public sealed class CredentialRecordingTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task Token_IsRecordedSealedBeforeItIsHandedOut()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();

        var lease = await LeaseAsync(keeper);

        var record = world.State.All("credential").Single();
        Assert.AreEqual(lease.Credential.Sha256, record.Key.Id);
        Assert.DoesNotContain(lease.Credential.Reveal(), Encoding.UTF8.GetString(record.Value.Span));
        var stored = CredentialRecord.FromBytes(record.Value)!;
        Assert.AreEqual(keeper.InstanceId, stored.Instance);
        Assert.AreEqual(lease.Credential.Reveal(), Encoding.UTF8.GetString(world.Sealer.Unseal("cursorbroker.credential", stored.Sealed)!));
        Assert.HasCount(1, world.State.All("instance"), "or others would take its owner for dead");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_StateCannotRecordTheToken_RevokesItAtOnceAndFails()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();
        world.State.IsDown = static (operation, key) => operation == "create" && key!.Collection == "credential";

        var outcome = await keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None);

        Assert.AreEqual(MintFailure.Unavailable, Assert.IsInstanceOfType<LeaseOutcome.Failed>(outcome).Failure);
        Assert.AreEqual("not-recorded", (await world.Observer.NextAsync()).Why);
        Assert.AreEqual(1, world.Mint.Mints);
        Assert.IsEmpty(world.Mint.Alive);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_StateCannotRecordAndGitHubCannotRevoke_KeepsTryingToRevoke()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await (await LeaseAsync(keeper, Web)).DisposeAsync();
        world.State.IsDown = static (operation, key) => operation == "create" && key!.Collection == "credential";
        world.Mint.CanRevoke = static () => false;
        var outcome = await keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None);
        Assert.IsInstanceOfType<LeaseOutcome.Failed>(outcome);
        var told = await world.Observer.NextAsync();
        Assert.AreEqual(("not-recorded", false), (told.Why, told.Confirmed));

        world.Mint.CanRevoke = static () => true;
        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.AreEqual(told with { Confirmed = true }, await world.Observer.NextAsync());
    }

    [TestMethod]
    public async Task Acquire_StateIsDownBeforehand_MintsNothing()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();
        world.State.IsDown = static (_, _) => true;

        var outcome = await keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsWrite, TenMinutes, CancellationToken.None);

        Assert.AreEqual(MintFailure.Unavailable, Assert.IsInstanceOfType<LeaseOutcome.Failed>(outcome).Failure);
        Assert.AreEqual(0, world.Mint.Mints);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Revocation_GitHubDoesNotConfirm_IsTriedAgainLaterAndStaysRecorded()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        world.Mint.CanRevoke = static () => false;
        var lease = await LeaseAsync(keeper, permissions: PermissionSet.ContentsWrite);
        await lease.DisposeAsync();
        var told = await world.Observer.NextAsync();
        Assert.AreEqual(new Told(lease.Credential.Sha256, "request-ended", false), told);
        Assert.HasCount(1, world.State.All("credential"));

        world.Mint.CanRevoke = static () => true;
        world.Time.Advance(RevocationQueue.FirstWait);

        Assert.AreEqual(told with { Confirmed = true }, await world.Observer.NextAsync());
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Revocation_NeverConfirmed_EndsWithTheTokensNaturalEnd()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        using var attempted = new SemaphoreSlim(0);
        world.Mint.CanRevoke = () =>
        {
            attempted.Release();
            return false;
        };
        var lease = await LeaseAsync(keeper, permissions: PermissionSet.ContentsWrite);
        await lease.DisposeAsync();
        Assert.IsFalse((await world.Observer.NextAsync()).Confirmed);
        Assert.IsTrue(await attempted.WaitAsync(0));

        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.AreEqual(new Told(lease.Credential.Sha256, "expired", true), await world.Observer.NextAsync());
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Revocation_RecordCannotBeRemoved_IsToldAndSweptLater()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var lease = await LeaseAsync(keeper, permissions: PermissionSet.ContentsWrite);
        world.State.IsDown = static (operation, key) => operation == "delete" && key!.Collection == "credential";
        await lease.DisposeAsync();
        Assert.AreEqual("request-ended", (await world.Observer.NextAsync()).Why);
        Assert.HasCount(1, world.Observer.Troubles);

        world.State.IsDown = static (_, _) => false;
        world.Time.Advance(CredentialSweeper.Every);

        Assert.AreEqual(new Told(lease.Credential.Sha256, "owner-died", true), await world.Observer.NextAsync());
        Assert.IsEmpty(world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Stop_RevokesEverythingLeasedOrSharedAndTakesBackItsHeartbeat()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();
        var shared = await LeaseAsync(keeper);
        await shared.DisposeAsync();
        var writer = await LeaseAsync(keeper, permissions: PermissionSet.ContentsWrite);

        var left = await keeper.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.AreEqual(0, left);
        Assert.IsEmpty(world.Mint.Alive);
        Assert.IsEmpty(world.State.All("credential"));
        Assert.IsEmpty(world.State.All("instance"));
        await writer.DisposeAsync();
        var refused = await keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None);
        Assert.AreEqual(MintFailure.Unavailable, Assert.IsInstanceOfType<LeaseOutcome.Failed>(refused).Failure);
        Assert.AreEqual(2, world.Mint.Revocations);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Stop_WhileAMintIsUnderWay_ItsTokenIsNotLost()
    {
        await using var world = new CredentialWorld();
        var mint = new LateMint(world.Mint);
        using var late = new CredentialKeeper(mint, world.State, world.Sealer, world.Observer, world.Time, world.Known);
        var asked = late.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None).AsTask();

        var stopping = late.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        mint.Gate.SetResult();

        Assert.AreEqual(0, await stopping);
        Assert.IsEmpty(world.Mint.Alive);
        await asked;
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Stop_GitHubIsDown_GivesUpInTimeAndLeavesTheRecord()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();
        world.Mint.CanRevoke = static () => false;
        var lease = await LeaseAsync(keeper);

        var stopping = keeper.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        Assert.IsFalse((await world.Observer.NextAsync()).Confirmed);
        world.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.AreEqual(1, await stopping);
        Assert.AreEqual(lease.Credential.Sha256, world.State.All("credential").Single().Key.Id);
    }

    /// <summary>A mint whose call was sent already, so that cancelling comes too late for it.</summary>
    private sealed class LateMint(FakeMint inner) : ICredentialMint
    {
        public TaskCompletionSource Gate { get; } = new();

        public async ValueTask<MintOutcome> MintAsync(RepositorySet repositories, PermissionSet permissions, CancellationToken cancellationToken)
        {
            await Gate.Task;
            return await inner.MintAsync(repositories, permissions, CancellationToken.None);
        }

        public ValueTask<bool> RevokeAsync(string token, CancellationToken cancellationToken) => inner.RevokeAsync(token, cancellationToken);
    }
}
