using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Adapters.Entra;
using CursorBroker.Adapters.KeyVault.Vaults;
using CursorBroker.Core.Operations;
using CursorBroker.Sandbox.Vault;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Local.Hosting;

/// <summary>The vaults behind the broker: real ones from the environment, or the sandbox's.</summary>
/// <param name="Endpoints">The vaults; none where nothing is configured.</param>
/// <param name="Credential">Makes the broker's identity there.</param>
/// <param name="Configure">How they are reached, where not as usual.</param>
internal sealed record VaultSettings(ImmutableArray<VaultEndpoint> Endpoints, Func<TokenCredential> Credential, Action<SecretClientOptions>? Configure)
{
    /// <summary>Names of vaults, or their addresses, separated by commas.</summary>
    public const string VaultsVariable = "CURSORBROKER_VAULTS";

    /// <exception cref="CannotStartException">One of them is neither, or is there twice.</exception>
    public static VaultSettings From(Func<string, string?> variable)
    {
        if (!VaultEndpoint.TryParseAll(variable(VaultsVariable), out var endpoints, out var wrong))
        {
            throw new CannotStartException($"{VaultsVariable}: '{wrong}' is no vault's name or https address, or is there twice. Give names such as kv-payments-dev, or addresses such as https://kv-payments-dev.vault.azure.cn/, separated by commas.");
        }

        return new(endpoints, static () => AzureIdentity.Create(), null);
    }

    /// <summary>The sandbox's, by its own certificate and token.</summary>
    public static VaultSettings Of(SandboxVault vault) => new(
        [.. vault.Vaults.Select(name => new VaultEndpoint(VaultName.Parse(name), vault.AddressOf(name)) { Ids = SandboxVault.IdsOf(name) })],
        () => new SandboxCredential(vault.Token),
        options =>
        {
            options.DisableChallengeResourceVerification = true;
            options.Transport = new HttpClientTransport(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 one && one.Thumbprint == vault.Certificate.Thumbprint },
            });
        });

    /// <summary>Registers them, where there are any.</summary>
    public void AddTo(IServiceCollection services)
    {
        if (!Endpoints.IsEmpty)
        {
            services.AddSecretVaults(Credential(), Endpoints, Configure);
        }
    }

    /// <summary>The broker's identity at the sandbox's vault.</summary>
    private sealed class SandboxCredential(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
