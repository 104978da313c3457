using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.Identity;
using CursorBroker.Sandbox.Repositories;
using CursorBroker.Sandbox.Vault;

namespace CursorBroker.Sandbox;

/// <summary>The outside world on one machine: a GitHub, an identity provider and a key vault, all on loopback.</summary>
public sealed class SandboxWorld : IAsyncDisposable
{
    private SandboxWorld(SandboxGitHub gitHub, SandboxIdentityProvider identityProvider, SandboxVault vault)
    {
        GitHub = gitHub;
        IdentityProvider = identityProvider;
        Vault = vault;
    }

    /// <summary>GitHub, with what steers it.</summary>
    public SandboxGitHub GitHub { get; }

    /// <summary>The identity provider, with what steers it.</summary>
    public SandboxIdentityProvider IdentityProvider { get; }

    /// <summary>The key vault, with what steers it.</summary>
    public SandboxVault Vault { get; }

    /// <summary>GitHub's REST API, with a slash at the end.</summary>
    public Uri GitHubApi => GitHub.Api;

    /// <summary>What git addresses begin with, with a slash at the end.</summary>
    public Uri GitHubGit => GitHub.Git;

    /// <summary>The exact <c>iss</c> of tokens.</summary>
    public Uri Issuer => IdentityProvider.Issuer;

    /// <summary>The App's id.</summary>
    public long AppId => GitHub.AppId;

    /// <summary>The App's private key, PKCS#8 PEM.</summary>
    public string AppPrivateKeyPem => GitHub.AppPrivateKeyPem;

    /// <summary>Stands for <c>https://graph.microsoft.com</c>.</summary>
    public Uri GraphBase => IdentityProvider.GraphBase;

    /// <summary>The client of the broker's own pages: public, at <c>/login/callback</c> on any loopback port.</summary>
    public static string PagesClientId => SandboxClient.PagesId;

    /// <summary>The client that may ask Graph, by client credentials at the issuer's token endpoint.</summary>
    public static string GraphClientId => SandboxIdentityProvider.GraphClientId;

    /// <summary>Its secret.</summary>
    public string GraphClientSecret => IdentityProvider.GraphClientSecret;

    /// <summary>What a policy must say about the issuer.</summary>
    public static SandboxIssuerMetadata IssuerMetadata { get; } = new(
        TokenClaims.Audience,
        [SandboxClient.CommandLineId, SandboxClient.CursorId, SandboxClient.BuildId],
        SandboxDirectory.GroupIds.ToImmutableDictionary(static pair => pair.Value, static pair => pair.Key));

    /// <summary>Starts them all; they listen when this returns.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such repositories directory.</exception>
    /// <exception cref="FileNotFoundException">git, or its http-backend, is not installed.</exception>
    public static async Task<SandboxWorld> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var repositories = options.RepositoriesDirectory is { } directory
            ? SandboxRepositories.Discover(directory)
            : await SandboxRepositories.SeedAsync(Path.Combine(options.DataDirectory, "repositories"), cancellationToken).ConfigureAwait(false);
        var gitHub = await SandboxGitHub.StartAsync(
            new SandboxGitHubOptions
            {
                DataDirectory = options.DataDirectory,
                Repositories = repositories,
                Port = options.GitHubPort,
                Time = options.Time,
                Logging = options.Logging,
            },
            cancellationToken).ConfigureAwait(false);
        SandboxIdentityProvider? identityProvider = null;
        try
        {
            identityProvider = await SandboxIdentityProvider.StartAsync(
                new SandboxIdentityProviderOptions
                {
                    DataDirectory = options.DataDirectory,
                    Port = options.IssuerPort,
                    Time = options.Time,
                    Logging = options.Logging,
                },
                cancellationToken).ConfigureAwait(false);
            return new SandboxWorld(gitHub, identityProvider, await SandboxVault.StartAsync(options.VaultPort, options.Time, options.Logging, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            if (identityProvider is not null)
            {
                await identityProvider.DisposeAsync().ConfigureAwait(false);
            }

            await gitHub.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops them all and every process they started.</summary>
    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync().ConfigureAwait(false);
        await IdentityProvider.DisposeAsync().ConfigureAwait(false);
        await GitHub.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>What a policy must say about the sandbox's issuer.</summary>
/// <param name="Audience">The <c>aud</c> of access tokens.</param>
/// <param name="Clients">The <c>azp</c> of those who may hold them.</param>
/// <param name="GroupNames">Group object ids, which Graph answers with, to names, which tokens hold.</param>
public sealed record SandboxIssuerMetadata(
    string Audience, ImmutableArray<string> Clients, ImmutableDictionary<string, string> GroupNames);
