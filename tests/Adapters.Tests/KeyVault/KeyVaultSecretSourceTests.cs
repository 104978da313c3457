using CursorBroker.Adapters.KeyVault;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Tests.KeyVault;

/// <summary>The host's own secrets by name, through the real SDK.</summary>
[TestClass]
public sealed class KeyVaultSecretSourceTests
{
    [TestMethod]
    public async Task Read_SecretThere_IsItsNewestUsableVersionAndRemembered()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set("teams-webhook", "https://old.test/");
        vault.Set("teams-webhook", "https://current.test/");
        vault.Set("teams-webhook", "https://disabled.test/", enabled: false);

        Assert.AreEqual("https://current.test/", await vault.Secrets.ReadAsync("teams-webhook", CancellationToken.None));
        Assert.AreEqual("https://current.test/", await vault.Secrets.ReadAsync("Teams-Webhook", CancellationToken.None), "The vault's names do not differ by case.");
        Assert.AreEqual(1, vault.Listings - 1, "Two pages of versions, asked for once.");
        Assert.HasCount(3, vault.Calls);
    }

    [TestMethod]
    public async Task Read_SecretNotThere_IsNull()
    {
        await using var vault = await FakeVault.StartAsync();
        Assert.IsNull(await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));
    }

    [TestMethod]
    public async Task Read_SecretChanged_IsSeenWithinTheRefreshTimeOfAnIdleInstance()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set("mail-password", "one");
        Assert.AreEqual("one", await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));
        vault.Set("mail-password", "two");
        vault.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.AreEqual("two", await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));
    }

    [TestMethod]
    public async Task Read_VaultDown_TheLastKnownServesAndAnUnknownOneFailsLoudly()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set("mail-password", "one");
        await vault.Secrets.ReadAsync("mail-password", CancellationToken.None);
        vault.Fail(403, "Forbidden", "ForbiddenByRbac");
        vault.Time.Advance(TimeSpan.FromHours(1));

        Assert.AreEqual("one", await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));
        var failure = await Assert.ThrowsExactlyAsync<SecretUnavailableException>(async () => await vault.Secrets.ReadAsync("teams-webhook", CancellationToken.None));
        StringAssert.Contains(failure.Message, "Key Vault Secrets User", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Attack_ARoleTakenAway_DoesNotLeaveTheBrokerItsSecretsForEver()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set("mail-password", "one");
        await vault.Secrets.ReadAsync("mail-password", CancellationToken.None);
        vault.Fail(403, "Forbidden", "ForbiddenByRbac");
        vault.Time.Advance(CachedSecret.LongestSilence - TimeSpan.FromTicks(1));
        Assert.AreEqual("one", await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));
        vault.Time.Advance(TimeSpan.FromTicks(1));

        var failure = await Assert.ThrowsExactlyAsync<SecretUnavailableException>(async () => await vault.Secrets.ReadAsync("mail-password", CancellationToken.None));

        StringAssert.Contains(failure.Message, "Key Vault Secrets User", StringComparison.Ordinal);
        vault.Instead = null;
        vault.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.AreEqual("one", await vault.Secrets.ReadAsync("mail-password", CancellationToken.None), "Given back, it counts again.");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("with_underscore")]
    [DataRow("../certificates/x")]
    [DataRow("a/b")]
    [DataRow("a?b")]
    [DataRow("Ü")]
    public async Task Read_NameThatNoVaultHas_FailsWithoutAsking(string name)
    {
        await using var vault = await FakeVault.StartAsync();
        await Assert.ThrowsExactlyAsync<SecretUnavailableException>(async () => await vault.Secrets.ReadAsync(name, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<SecretUnavailableException>(async () => await vault.Secrets.ReadAsync(new string('a', 128), CancellationToken.None));
        Assert.IsEmpty(vault.Calls);
    }

    [TestMethod]
    [DataRow("github-app-key")]
    [DataRow("GitHub-App-Key")]
    public async Task Read_PolicyRefersToTheAppKey_IsRefused(string name)
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set(FakeVault.AppKey, "pem");
        await Assert.ThrowsExactlyAsync<SecretUnavailableException>(async () => await vault.Secrets.ReadAsync(name, CancellationToken.None));
        Assert.IsEmpty(vault.Calls);
    }
}
