using System.Collections.Immutable;
using System.Security.Cryptography;
using CursorBroker.Sandbox.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace CursorBroker.Sandbox.Identity;

/// <summary>
/// An OpenID provider on loopback in Entra's manner, with a little Microsoft Graph beside it. What tests steer it with is on this
/// object alone; nothing of it can be reached over HTTP.
/// </summary>
public sealed class SandboxIdentityProvider : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ProviderState _state;
    private readonly SigningKeyRing _keys;

    private SandboxIdentityProvider(WebApplication web, string graphSecret)
    {
        _web = web;
        _state = web.Services.GetRequiredService<ProviderState>();
        _keys = web.Services.GetRequiredService<SigningKeyRing>();
        var addresses = web.Services.GetRequiredService<ProviderAddresses>();
        addresses.Root = EmbeddedHost.AddressOf(web);
        RemakeOptions();
        Issuer = addresses.Issuer;
        GraphBase = new Uri(addresses.Graph);
        GraphClientSecret = graphSecret;
    }

    /// <summary>The exact <c>iss</c>; has a path and no slash at the end, as Entra's.</summary>
    public Uri Issuer { get; }

    /// <summary>
    /// Stands for <c>https://graph.microsoft.com</c>: append <c>/v1.0/...</c>; the scope to ask for is this and <c>/.default</c>.
    /// </summary>
    public Uri GraphBase { get; }

    /// <summary>The client that may ask Graph.</summary>
    public static string GraphClientId => SandboxClient.GraphId;

    /// <summary>Its secret, made anew at every start.</summary>
    public string GraphClientSecret { get; }

    /// <summary>Whether, and how, the provider is down; Graph is down with it.</summary>
    public SandboxOutage Outage
    {
        get => _state.Outage;
        set => _state.Outage = value;
    }

    /// <summary>Starts it; it listens when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxIdentityProvider> StartAsync(SandboxIdentityProviderOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var graphSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var clients = options.Clients.Add(new SandboxClient { Id = SandboxClient.GraphId, Secret = graphSecret });
        var keyPath = Path.Combine(Path.GetFullPath(options.DataDirectory), "identity-keys.json");

        var builder = EmbeddedHost.CreateBuilder(options.Port, options.Time, options.Logging);
        builder.Services.AddSingleton(_ => new ProviderState(clients, options.Time));
        builder.Services.AddSingleton(_ => new SigningKeyRing(keyPath));
        ProviderSetup.Register(builder.Services);
        var web = builder.Build();
        try
        {
            ProviderSetup.Map(web);
            await web.StartAsync(cancellationToken).ConfigureAwait(false);
            return new SandboxIdentityProvider(web, graphSecret);
        }
        catch
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Signs with a new key from now on. The old ones stay published, as a careful provider does, unless <paramref name="forgetOld"/>.
    /// </summary>
    public void RotateKeys(bool forgetOld = false)
    {
        _keys.Rotate(forgetOld);
        RemakeOptions();
    }

    /// <summary>Makes tokens of an identity say that it has too many groups to list (<c>_claim_names</c>), or lets them list again.</summary>
    /// <exception cref="ArgumentException">There is no such identity.</exception>
    public void SetTooManyGroups(string identity, bool tooMany)
    {
        if (SandboxDirectory.Named(identity) is null)
        {
            throw new ArgumentException($"There is no identity named {identity}.", nameof(identity));
        }

        _state.SetTooManyGroups(identity, tooMany);
    }

    /// <summary>Puts an identity into these groups and no others, from the next token and Graph answer on.</summary>
    /// <exception cref="ArgumentException">There is no such identity.</exception>
    public void SetGroups(string identity, params ImmutableArray<string> groups)
    {
        if (SandboxDirectory.Named(identity) is null)
        {
            throw new ArgumentException($"There is no identity named {identity}.", nameof(identity));
        }

        _state.SetGroups(identity, groups);
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
    }

    private void RemakeOptions() =>
        _web.Services.GetRequiredService<IOptionsMonitorCache<OpenIddictServerOptions>>().TryRemove(Options.DefaultName);
}
