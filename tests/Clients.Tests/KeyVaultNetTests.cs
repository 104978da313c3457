using Azure;
using Azure.Security.KeyVault.Secrets;

namespace CursorBroker.Clients.Tests;

/// <summary>Azure's client for .NET, with the broker's address as a vault's.</summary>
[TestClass]
public sealed class KeyVaultNetTests
{
    private static VaultWorld? _world;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await VaultWorld.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world!.DisposeAsync();

    [TestMethod]
    public async Task Secret_ThatIsMasked_IsAMaskWithItsShape()
    {
        var secret = (await _world!.Client().GetSecretAsync("db-password", cancellationToken: TestContext.CancellationToken)).Value;

        Assert.StartsWith("****", secret.Value);
        Assert.AreEqual("16-31", secret.Properties.Tags["broker-length"]);
        Assert.AreEqual("db-password", secret.Properties.Name);
        Assert.AreEqual(32, secret.Properties.Version.Length);
        Assert.AreEqual(new Uri("https://kv-payments-dev.vault.sandbox.invalid/"), secret.Properties.VaultUri);
    }

    [TestMethod]
    public async Task Secrets_OfEqualValues_AreToldToBeEqual()
    {
        var client = _world!.Client();
        var one = (await client.GetSecretAsync("db-password", cancellationToken: TestContext.CancellationToken)).Value.Properties.Tags["broker-fingerprint"];
        var same = (await client.GetSecretAsync("db-replica-password", cancellationToken: TestContext.CancellationToken)).Value.Properties.Tags["broker-fingerprint"];
        var other = (await client.GetSecretAsync("db-reporting", cancellationToken: TestContext.CancellationToken)).Value.Properties.Tags["broker-fingerprint"];

        Assert.AreEqual(one, same);
        Assert.AreNotEqual(one, other);
    }

    [TestMethod]
    public async Task Secret_ThatIsOpen_IsItsValue() =>
        Assert.AreEqual("enabled-for-the-pilot-group-2", (await _world!.Client().GetSecretAsync("feature-new-checkout", cancellationToken: TestContext.CancellationToken)).Value.Value);

    [TestMethod]
    public async Task Secret_ItsWholeLife()
    {
        var client = _world!.Client();
        var token = TestContext.CancellationToken;
        var set = (await client.SetSecretAsync(new KeyVaultSecret("mine-life", "the first value of it") { Properties = { ContentType = "text/plain", Tags = { ["team"] = "payments" } } }, token)).Value;
        Assert.DoesNotContain("the first value", set.Value);
        Assert.AreEqual("payments", set.Properties.Tags["team"]);
        await client.SetSecretAsync("mine-life", "the second value of it", token);

        Assert.AreEqual("the second value of it", (await client.GetSecretAsync("mine-life", cancellationToken: token)).Value.Value);
        Assert.AreEqual("the first value of it", (await client.GetSecretAsync("mine-life", set.Properties.Version, token)).Value.Value);
        var versions = new List<SecretProperties>();
        await foreach (var version in client.GetPropertiesOfSecretVersionsAsync("mine-life", token))
        {
            versions.Add(version);
        }

        Assert.HasCount(2, versions);
        var first = versions.Single(each => each.Version == set.Properties.Version);
        first.Enabled = false;
        Assert.AreEqual(false, (await client.UpdateSecretPropertiesAsync(first, token)).Value.Enabled);
        Assert.AreEqual(403, (await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.GetSecretAsync("mine-life", first.Version, token))).Status);

        var deletion = await client.StartDeleteSecretAsync("mine-life", token);
        await deletion.WaitForCompletionAsync(TimeSpan.FromMilliseconds(50), token);
        Assert.AreEqual("SecretNotFound", (await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.GetSecretAsync("mine-life", cancellationToken: token))).ErrorCode);
        Assert.IsNotNull((await client.GetDeletedSecretAsync("mine-life", token)).Value.RecoveryId);
        var recovery = await client.StartRecoverDeletedSecretAsync("mine-life", token);
        Assert.AreEqual("mine-life", recovery.Value.Name);
        Assert.AreEqual("the second value of it", (await client.GetSecretAsync("mine-life", cancellationToken: token)).Value.Value);
    }

    [TestMethod]
    public async Task List_GoesThroughAllPagesAndNamesWhatMayBeListed()
    {
        var client = _world!.Client();
        for (var i = 0; i < 7; i++)
        {
            await client.SetSecretAsync($"mine-page-{i}", $"a value for page {i}", TestContext.CancellationToken);
        }

        var names = new List<string>();
        await foreach (var secret in client.GetPropertiesOfSecretsAsync(TestContext.CancellationToken))
        {
            names.Add(secret.Name);
        }

        Assert.HasCount(7, names.Where(static name => name.StartsWith("mine-page-", StringComparison.Ordinal)).ToList());
        CollectionAssert.Contains(names, "db-password");
        CollectionAssert.DoesNotContain(names, "signing-root");
    }

    [TestMethod]
    public async Task Refusals_AreReadByTheClient()
    {
        var client = _world!.Client();
        var denied = await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.GetSecretAsync("signing-root", cancellationToken: TestContext.CancellationToken));
        Assert.AreEqual((403, "Forbidden"), (denied.Status, denied.ErrorCode));
        Assert.Contains("policy: This needs 'get-masked' on kv-payments-dev/signing-root", denied.Message);
        var waiting = await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.SetSecretAsync("wait-1", "a new value for it", TestContext.CancellationToken));
        Assert.Contains($"https://{TlsFront.Host}/approvals/a-", waiting.Message);
        Assert.AreEqual(400, (await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.BackupSecretAsync("feature-new-checkout", TestContext.CancellationToken))).Status);
    }
}
