using System.Net.Sockets;
using Azure;
using CursorBroker.Adapters.KeyVault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Tests.KeyVault;

/// <summary>Settings and failures in words.</summary>
[TestClass]
public sealed class KeyVaultServicesTests
{
    private static readonly Uri Vault = new("https://kv.vault.azure.net/");

    [TestMethod]
    [DataRow(null, "Vault is missing")]
    [DataRow("http://kv.vault.azure.net/", "Vault must be the vault's https address alone")]
    [DataRow("https://kv.vault.azure.net/secrets/github-app-key", "Vault must be the vault's https address alone")]
    [DataRow("https://kv.vault.azure.net/?x=1", "Vault must be the vault's https address alone")]
    [DataRow("kv", "Vault must be the vault's https address alone")]
    public void Options_WrongVault_StopTheStartWithWordsThatHelp(string? vault, string expected) =>
        StringAssert.Contains(Problems(options => options.Vault = vault is null ? null : new Uri(vault, UriKind.RelativeOrAbsolute)), expected, StringComparison.Ordinal);

    [TestMethod]
    public void Options_EverythingWrong_IsSaidAtOnce()
    {
        var problems = Problems(static options =>
        {
            options.AppKeySecret = "under_score";
            options.AppKeyRefresh = TimeSpan.Zero;
            options.SecretRefresh = TimeSpan.FromDays(1);
            options.Timeout = TimeSpan.FromMinutes(1);
        });
        foreach (var name in new[] { "Vault is missing", "AppKeySecret", "AppKeyRefresh", "SecretRefresh", "Timeout" })
        {
            StringAssert.Contains(problems, name, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Failure_NoSuchHost_PointsAtTheNameAndTheNetwork()
    {
        var failure = new AggregateException(
            "Retry failed after 3 tries.",
            new RequestFailedException(0, "x", "y", new HttpRequestException("z", new SocketException((int)SocketError.HostNotFound))));
        var problem = VaultFailure.Describe(failure, Vault, "s", DateTimeOffset.UnixEpoch);
        Assert.AreEqual(VaultProblemKind.Unavailable, problem.Kind);
        StringAssert.StartsWith(problem.Text, "There is no host kv.vault.azure.net. Is the vault's name right?", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Failure_SomethingElseAnswers_PointsAtTheAddress()
    {
        var problem = VaultFailure.Describe(new InvalidOperationException("The challenge resource 'x' does not match the requested domain."), Vault, "s", DateTimeOffset.UnixEpoch);
        StringAssert.Contains(problem.Text, "copy the address from the vault's overview page", StringComparison.Ordinal);
    }

    private static string Problems(Action<KeyVaultOptions> configure)
    {
        using var provider = new ServiceCollection().AddKeyVault(new FakeIdentity("none"), configure).BuildServiceProvider();
        var failure = Assert.ThrowsExactly<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        return failure.Message;
    }
}
