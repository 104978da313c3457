using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

[TestClass]
public sealed class CredentialVaultTests
{
    private static readonly PermissionSet IssuesRead = PermissionSet.Of("issues", Access.Read);

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_TwoHundredAtOnceForTheSameRead_MintsOnce()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var gate = new TaskCompletionSource();
        world.Mint.Holds = gate.Task;
        var asked = Enumerable.Range(0, 200).Select(_ => Task.Run(() => LeaseAsync(keeper))).ToList();
        await world.Mint.Begun.WaitAsync();
        gate.SetResult();

        var leases = await Task.WhenAll(asked);

        Assert.AreEqual(1, world.Mint.Mints);
        Assert.HasCount(1, leases.Select(lease => lease.Credential.Sha256).Distinct());
        Assert.HasCount(1, leases.Where(lease => lease.IsFresh));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_OtherCaseOfTheName_Shares()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var first = await LeaseAsync(keeper);

        var second = await LeaseAsync(keeper, RepositoryName.Parse("ACME/Payments-API"));

        Assert.AreEqual(first.Credential.Sha256, second.Credential.Sha256);
        Assert.IsFalse(second.IsFresh);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_OtherRepositoryOrPermissions_NeverShares()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();

        var leases = new[]
        {
            await LeaseAsync(keeper), await LeaseAsync(keeper, Web), await LeaseAsync(keeper, permissions: IssuesRead),
            await LeaseAsync(keeper, permissions: PermissionSet.ContentsRead.Union(IssuesRead)),
        };

        Assert.HasCount(4, leases.Select(lease => lease.Credential.Sha256).Distinct());
    }

    [TestMethod]
    [DataRow(Access.Write)]
    [DataRow(Access.Admin)]
    [Timeout(120_000)]
    public async Task Acquire_WhatWrites_IsNeverSharedAndRevokedWhenDone(Access access)
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var permissions = PermissionSet.Of("contents", access).With("metadata", Access.Read);
        var first = await LeaseAsync(keeper, permissions: permissions);
        var second = await LeaseAsync(keeper, permissions: permissions);
        Assert.AreNotEqual(first.Credential.Sha256, second.Credential.Sha256);
        Assert.IsTrue(first.IsFresh && second.IsFresh);

        await first.DisposeAsync();

        Assert.AreEqual(new Told(first.Credential.Sha256, "request-ended", true), await world.Observer.NextAsync());
        CollectionAssert.AreEqual(new[] { second.Credential.Reveal() }, world.Mint.Alive.ToArray());
        Assert.HasCount(1, world.State.All("credential"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Dispose_Twice_LetsGoOnce()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var first = await LeaseAsync(keeper);
        var second = await LeaseAsync(keeper);
        await first.DisposeAsync();
        await first.DisposeAsync();
        world.Time.Advance(TenMinutes);

        Assert.IsTrue(world.Observer.IsQuiet, "the second still holds it");

        await second.DisposeAsync();
        Assert.AreEqual(new Told(second.Credential.Sha256, "lifetime-over", true), await world.Observer.NextAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SharedCredential_LifetimeOverAndHeldByNobody_IsRevokedByItself()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var lease = await LeaseAsync(keeper);
        await lease.DisposeAsync();
        world.Time.Advance(TenMinutes - TimeSpan.FromSeconds(1));
        Assert.HasCount(1, world.Mint.Alive);

        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.AreEqual(new Told(lease.Credential.Sha256, "lifetime-over", true), await world.Observer.NextAsync());
        Assert.IsEmpty(world.Mint.Alive);
        Assert.IsEmpty(world.State.All("credential"));
        Assert.AreEqual(0, keeper.Outstanding);
        Assert.IsTrue((await LeaseAsync(keeper)).IsFresh);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SharedCredential_AskedForByAShorterRule_RetiresAtTheShorterLifetime()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var patient = await LeaseAsync(keeper);
        var strict = await LeaseAsync(keeper, lifetime: TimeSpan.FromMinutes(1));
        Assert.IsFalse(strict.IsFresh);
        await patient.DisposeAsync();
        await strict.DisposeAsync();

        world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.AreEqual("lifetime-over", (await world.Observer.NextAsync()).Why);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SharedCredential_OlderThanARequestAllows_IsReplacedAndRevokedOnceLetGo()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var old = await LeaseAsync(keeper);
        world.Time.Advance(TimeSpan.FromMinutes(2));

        var young = await LeaseAsync(keeper, lifetime: TimeSpan.FromMinutes(2));

        Assert.IsTrue(young.IsFresh);
        Assert.HasCount(2, world.Mint.Alive);
        await old.DisposeAsync();
        Assert.AreEqual(old.Credential.Sha256, (await world.Observer.NextAsync()).Sha256);
        Assert.AreEqual(young.Credential.Sha256, (await LeaseAsync(keeper, lifetime: TimeSpan.FromMinutes(2))).Credential.Sha256);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SharedCredential_OfTheLongestLifetime_RetiresBeforeItsNaturalEnd()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        await (await LeaseAsync(keeper, lifetime: TimeSpan.FromHours(1))).DisposeAsync();

        world.Time.Advance(TimeSpan.FromMinutes(55));

        Assert.AreEqual("lifetime-over", (await world.Observer.NextAsync()).Why);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_CallerGivesUp_DoesNotCancelTheMintOthersWaitFor()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var gate = new TaskCompletionSource();
        world.Mint.Holds = gate.Task;
        using var impatience = new CancellationTokenSource();
        var starter = keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, impatience.Token).AsTask();
        var other = LeaseAsync(keeper);

        await impatience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => starter);
        gate.SetResult();

        Assert.IsNotNull((await other).Credential);
        Assert.AreEqual(1, world.Mint.Mints);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_WriterGivesUpWhileMinting_ItsTokenIsRevoked()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var gate = new TaskCompletionSource();
        world.Mint.Holds = gate.Task;
        using var impatience = new CancellationTokenSource();
        var writer = keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsWrite, TenMinutes, impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => writer);

        gate.SetResult();

        var told = await world.Observer.NextAsync();
        Assert.AreEqual("request-ended", told.Why);
        Assert.IsEmpty(world.Mint.Alive);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_MintFails_AllWhoWaitedLearnItAndTheNextTriesAgain()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        var gate = new TaskCompletionSource();
        world.Mint.Holds = gate.Task;
        var refusal = new MintOutcome.Failed(MintFailure.RateLimited, "wait", TimeSpan.FromSeconds(7));
        world.Mint.Refuses = _ => refusal;
        var asked = Enumerable.Range(0, 5)
            .Select(_ => keeper.Vault.AcquireAsync(Pay, PermissionSet.ContentsRead, TenMinutes, CancellationToken.None).AsTask()).ToList();
        gate.SetResult();

        foreach (var outcome in await Task.WhenAll(asked))
        {
            Assert.AreEqual(new LeaseOutcome.Failed(MintFailure.RateLimited, "wait", TimeSpan.FromSeconds(7)), outcome);
        }

        Assert.AreEqual(1, world.Mint.Mints);
        world.Mint.Refuses = static _ => null;
        Assert.IsTrue((await LeaseAsync(keeper)).IsFresh);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Acquire_MintThrows_AllWhoWaitedSeeItAndTheNextTriesAgain()
    {
        await using var world = new CredentialWorld();
        var keeper = world.Run();
        world.Mint.Refuses = static _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => LeaseAsync(keeper));

        world.Mint.Refuses = static _ => null;

        Assert.IsTrue((await LeaseAsync(keeper)).IsFresh);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(3601)]
    public async Task Acquire_LifetimeOutOfRange_Throws(int seconds)
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();

        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => LeaseAsync(keeper, lifetime: TimeSpan.FromSeconds(seconds)));
    }

    [TestMethod]
    public async Task Acquire_NoPermissions_ThrowsBeforeMinting()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => LeaseAsync(keeper, permissions: PermissionSet.Empty));

        Assert.AreEqual(0, world.Mint.Mints);
    }
}
