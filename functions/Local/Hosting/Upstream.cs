using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Graph;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Sandbox;

namespace CursorBroker.Local.Hosting;

/// <summary>What stands behind the broker, real or sandbox, in the terms of the parts that talk to it.</summary>
/// <param name="GitHub">For minting.</param>
/// <param name="Keys">The App's keys.</param>
/// <param name="Options">For forwarding.</param>
/// <param name="Issuers">Issuers that the host trusts beside the policy's.</param>
/// <param name="Graph">For groups that did not fit in a token; null where nothing is configured.</param>
/// <param name="SignIn">The broker's own client for its pages; null where nothing is configured.</param>
/// <param name="Vaults">The vaults that callers may reach, as far as the policy lets them.</param>
internal sealed record Upstream(
    GitHubOptions GitHub, IAppKeySource Keys, UpstreamOptions Options, ImmutableArray<IssuerSettings> Issuers, Action<GraphOptions>? Graph, SignInClient? SignIn, VaultSettings Vaults)
{
    public static Upstream Of(GitHubSettings settings) => new(
        new GitHubOptions { AppId = settings.AppId, Api = settings.Api, Git = settings.Git },
        settings.AppKeyFile is { } file ? PemAppKeySource.FromFiles(file) : PemAppKeySource.FromText(settings.AppKeyPem!, $"the variable {GitHubSettings.AppKeyVariable}"),
        new UpstreamOptions { Git = settings.Git, Api = settings.Api, SignedHosts = settings.SignedHosts },
        [],
        GraphSettings.FromEnvironment(),
        SignInSettings.Client(Environment.GetEnvironmentVariable),
        VaultSettings.From(Environment.GetEnvironmentVariable));

    public static Upstream Of(SandboxWorld sandbox) => new(
        new GitHubOptions { AppId = sandbox.AppId.ToString(CultureInfo.InvariantCulture), Api = sandbox.GitHubApi, Git = sandbox.GitHubGit },
        PemAppKeySource.FromText(sandbox.AppPrivateKeyPem, "the sandbox's App key"),
        new UpstreamOptions { Git = sandbox.GitHubGit, Api = sandbox.GitHubApi },
        [SandboxStart.IssuerOf(sandbox)],
        options =>
        {
            options.GraphBase = sandbox.GraphBase;
            options.Scope = $"{sandbox.GraphBase.AbsoluteUri}/.default";
            options.TokenEndpoint = SandboxStart.GraphTokenEndpointOf(sandbox);
            options.ClientId = SandboxWorld.GraphClientId;
            options.ClientSecret = sandbox.GraphClientSecret;
        },
        new SignInClient(sandbox.Issuer.OriginalString, SandboxWorld.PagesClientId, ClientSecret: null),
        VaultSettings.Of(sandbox.Vault));
}
