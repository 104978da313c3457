using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.Tests.GitHub;

[TestClass]
public sealed class GitHubCredentialsTests
{
    private static readonly IAppKeySource Keys = PemAppKeySource.FromText(FakeGitHub.Key.ExportRSAPrivateKeyPem(), "the test");

    [TestMethod]
    public void AddGitHubCredentials_GivesTheVaultAndWhatRunsIt()
    {
        using var provider = Services(new GitHubOptions { AppId = "1" }).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.AreSame(provider.GetRequiredService<CredentialKeeper>().Vault, provider.GetRequiredService<ICredentialVault>());
        Assert.IsInstanceOfType<CredentialKeeperService>(provider.GetServices<IHostedService>().Single());
    }

    [TestMethod]
    [DataRow("http://github.test/", "1", 10, "Api must be https")]
    [DataRow("https://github.test/api/v3", "1", 10, "Api must end with a slash")]
    [DataRow("https://user:secret@github.test/", "1", 10, "without user")]
    [DataRow("https://github.test/?a=b", "1", 10, "without user, query")]
    [DataRow("https://github.test/", "", 10, "AppId must be")]
    [DataRow("https://github.test/", "1 2", 10, "AppId must be")]
    [DataRow("https://github.test/", "1", 0, "Timeout must be")]
    [DataRow("https://github.test/", "1", 61, "Timeout must be")]
    public void AddGitHubCredentials_UnusableOptions_SaysHowToMendThem(string api, string appId, int seconds, string expected)
    {
        using var provider = Services(new GitHubOptions { Api = new Uri(api), AppId = appId, Timeout = TimeSpan.FromSeconds(seconds) }).BuildServiceProvider();

        var exception = Assert.ThrowsExactly<ArgumentException>(provider.GetRequiredService<ICredentialMint>);

        Assert.Contains(expected, exception.Message);
    }

    [TestMethod]
    [DataRow("https://api.github.com/")]
    [DataRow("http://localhost:7072/api/v3/")]
    [DataRow("http://127.0.0.1:7072/")]
    public void Options_Usable_HaveNoProblems(string api) =>
        Assert.IsEmpty(new GitHubOptions { Api = new Uri(api), AppId = "Iv23li.x-Y_z" }.Problems());

    private static ServiceCollection Services(GitHubOptions options)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IStateStore, Unused>().AddSingleton<ISecretSealer, Unused>().AddSingleton<ICredentialObserver, Unused>();
        services.AddGitHubCredentials(options, Keys);
        return services;
    }

    private sealed class Unused : IStateStore, ISecretSealer, ICredentialObserver
    {
        public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<StateVersion?> ReplaceAsync(
            StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<StateRecord> ListAsync(string collection, CancellationToken cancellationToken) => throw new NotSupportedException();

        public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => throw new NotSupportedException();

        public byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret) => throw new NotSupportedException();

        public void Revoked(string sha256, string why, bool confirmed) => throw new NotSupportedException();

        public void Troubled(string what, Exception? exception) => throw new NotSupportedException();
    }
}
