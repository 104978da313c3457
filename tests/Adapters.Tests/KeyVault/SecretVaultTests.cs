using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using CursorBroker.Adapters.KeyVault.Vaults;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;
using CursorBroker.Sandbox.Vault;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Tests.KeyVault;

/// <summary>The vaults that callers reach, by Azure's own SDK, at a vault that behaves and refuses as the real one.</summary>
[TestClass]
public sealed class SecretVaultTests
{
    private static readonly SecretName Password = SecretName.Parse("db-password");

    private SandboxVault _sandbox = null!;
    private ServiceProvider _services = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    private ISecretVault Vault => _services.GetRequiredService<ISecretVaults>().Find(VaultName.Parse("KV-payments-DEV"))!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _sandbox = await SandboxVault.StartAsync(0, TimeProvider.System, null, Cancelled);
        _services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSecretVaults(
                new Identity(_sandbox.Token),
                [.. _sandbox.Vaults.Select(name => new VaultEndpoint(VaultName.Parse(name), _sandbox.AddressOf(name)) { Ids = SandboxVault.IdsOf(name) })],
                options =>
                {
                    options.DisableChallengeResourceVerification = true;
                    options.Transport = new HttpClientTransport(new SocketsHttpHandler
                    {
                        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 one && one.Thumbprint == _sandbox.Certificate.Thumbprint },
                    });
                })
            .BuildServiceProvider();
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _services.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [TestMethod]
    public async Task Get_IsTheCurrentValueWithItsFacts()
    {
        var secret = (await Vault.GetAsync(Password, version: null, Cancelled)).Value!;
        Assert.AreEqual(_sandbox.Value("kv-payments-dev", "db-password"), secret.Value);
        Assert.IsTrue(secret.Facts is { IsEnabled: true, Version: not null, Created: not null, RecoverableDays: 90 });
        Assert.AreEqual("https://kv-payments-dev.vault.sandbox.invalid/", Vault.Address.AbsoluteUri);
    }

    [TestMethod]
    public async Task Set_KeepsOldVersionsAndWhatIsSaidOfThem()
    {
        var old = (await Vault.GetAsync(Password, null, Cancelled)).Value!;
        var expires = DateTimeOffset.UnixEpoch.AddYears(80);
        var made = (await Vault.SetAsync(Password, "the next one", new SecretChange { ContentType = "text/plain", Expires = expires, Tags = old.Facts.Tags.Add("team", "payments") }, Cancelled)).Value!;

        Assert.AreEqual(("text/plain", expires, "payments"), (made.ContentType, made.Expires!.Value, made.Tags["team"]));
        Assert.AreEqual("the next one", (await Vault.GetAsync(Password, null, Cancelled)).Value!.Value);
        Assert.AreEqual(old.Value, (await Vault.GetAsync(Password, old.Facts.Version, Cancelled)).Value!.Value);
        Assert.HasCount(2, (await Vault.ListVersionsAsync(Password, null, Cancelled)).Value!.Items);
    }

    [TestMethod]
    public async Task Update_DisablesAVersion()
    {
        var version = (await Vault.GetAsync(Password, null, Cancelled)).Value!.Facts.Version!;
        Assert.IsFalse((await Vault.UpdateAsync(Password, version, new SecretChange { IsEnabled = false }, Cancelled)).Value!.IsEnabled);
        Assert.AreEqual((VaultFaultKind.Disabled, "SecretDisabled"), KindOf(await Vault.GetAsync(Password, null, Cancelled)));
    }

    [TestMethod]
    public async Task Delete_CanBeTakenBack()
    {
        Assert.IsNotNull((await Vault.DeleteAsync(Password, Cancelled)).Value!.Deleted);
        Assert.AreEqual((VaultFaultKind.NotFound, "SecretNotFound"), KindOf(await Vault.GetAsync(Password, null, Cancelled)));
        Assert.AreEqual((VaultFaultKind.Conflict, "ObjectIsDeletedButRecoverable"), KindOf(await Vault.SetAsync(Password, "x", new SecretChange(), Cancelled)));
        Assert.HasCount(1, (await Vault.ListDeletedAsync(null, Cancelled)).Value!.Items);
        Assert.IsNotNull((await Vault.GetDeletedAsync(Password, Cancelled)).Value!.Purged);
        Assert.IsNotNull((await Vault.RecoverAsync(Password, Cancelled)).Value);
        Assert.IsNotNull((await Vault.GetAsync(Password, null, Cancelled)).Value);
    }

    [TestMethod]
    public async Task List_GoesOnFromPageToPage()
    {
        for (var i = 0; i < 8; i++)
        {
            _sandbox.Put("kv-payments-dev", $"more-{i}", "a value");
        }

        var (names, page) = (new List<string>(), (string?)null);
        do
        {
            var listed = (await Vault.ListAsync(page, Cancelled)).Value!;
            names.AddRange(listed.Items.Select(static facts => facts.Name.Value));
            page = listed.Next;
        }
        while (page is not null);

        Assert.HasCount(13, names);
        Assert.HasCount(13, names.Distinct().ToList());
    }

    [TestMethod]
    public async Task Attack_NextPageOnAnotherHost_IsNotFollowed() =>
        Assert.AreEqual("NextLink", KindOf(await Vault.ListAsync("https://evil.example.com/secrets?api-version=7.4", Cancelled)).Code);

    [TestMethod]
    public async Task Throttled_IsNotRepeatedAndSaysHowLong()
    {
        _sandbox.ThrottledFor = 11;
        _sandbox.Requests.Clear();
        var fault = (await Vault.GetAsync(Password, null, Cancelled)).Fault!;
        Assert.AreEqual((VaultFaultKind.Throttled, TimeSpan.FromSeconds(11)), (fault.Kind, fault.RetryAfter!.Value));
        Assert.IsLessThanOrEqualTo(2, _sandbox.Requests.Count, "the challenge, and one try");
    }

    [TestMethod]
    public async Task Forbidden_NamesNobody()
    {
        _sandbox.IsForbidden = true;
        var fault = (await Vault.GetAsync(Password, null, Cancelled)).Fault!;
        Assert.AreEqual((VaultFaultKind.Forbidden, "ForbiddenByRbac"), (fault.Kind, fault.Code));
        Assert.DoesNotContain("appid", fault.ToString());
    }

    [TestMethod]
    public async Task Down_IsUnavailable()
    {
        _sandbox.IsDown = true;
        Assert.AreEqual(VaultFaultKind.Unavailable, (await Vault.GetAsync(Password, null, Cancelled)).Fault!.Kind);
    }

    [TestMethod]
    public async Task VersionThatIsGone_IsNotFound() =>
        Assert.AreEqual(VaultFaultKind.NotFound, KindOf(await Vault.GetAsync(Password, SecretVersionId.Parse(new string('f', 32)), Cancelled)).Kind);

    [TestMethod]
    public async Task ValueOf26KB_IsInvalid() =>
        Assert.AreEqual(VaultFaultKind.Invalid, KindOf(await Vault.SetAsync(Password, new string('a', 26 * 1024), new SecretChange(), Cancelled)).Kind);

    [TestMethod]
    public void VaultThatIsNotConfigured_IsNone() => Assert.IsNull(_services.GetRequiredService<ISecretVaults>().Find(VaultName.Parse("kv-other")));

    [TestMethod]
    [DataRow("kv-dev", "https://kv-dev.vault.azure.net/")]
    [DataRow("https://kv-dev.vault.azure.cn/", "https://kv-dev.vault.azure.cn/")]
    [DataRow("http://kv-dev.vault.azure.net/", null)]
    [DataRow("https://kv-dev.vault.azure.net/secrets", null)]
    [DataRow("https://u@kv-dev.vault.azure.net/", null)]
    [DataRow("kv_dev", null)]
    public void Endpoint_IsANameOrAnAddress(string text, string? address) => Assert.AreEqual(address, VaultEndpoint.TryParse(text, out var endpoint) ? endpoint.Address.AbsoluteUri : null);

    private static (VaultFaultKind Kind, string Code) KindOf<T>(VaultOutcome<T> outcome)
        where T : class => (outcome.Fault!.Kind, outcome.Fault.Code);

    private sealed class Identity(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
