using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Approvals;
using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Lfs;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Recording;
using CursorBroker.Gateway.TokenExchange;
using CursorBroker.Gateway.Vault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway;

/// <summary>What a host registers to have the data path. The ports (identity, policy, credentials, State, ledger) are the host's to fill.</summary>
public static class GatewayServices
{
    /// <summary>Registers the pipeline and its rooms.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, UpstreamOptions upstream)
    {
        services.AddHttpForwarder();
        services.AddSingleton(upstream);
        services.AddSingleton(static provider => new UpstreamForwarder(
            provider.GetRequiredService<IHttpForwarder>(),
            UpstreamClient(),
            provider.GetRequiredService<UpstreamOptions>(),
            provider.GetRequiredService<UpstreamGate>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpstreamForwarder>>()));
        services.TryAddSingleton(new LimitOptions());
        services.AddSingleton<UpstreamGate>();
        services.AddSingleton<CallerLimit>();
        services.TryAddSingleton(new HoldOptions());
        services.AddSingleton(static provider => new StopSignal(provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddVaultRoom();
        services.AddSingleton<Examination>();
        services.AddSingleton<Approving>();
        services.AddSingleton<EndRecords>();
        services.AddHostedService(static provider => provider.GetRequiredService<EndRecords>());
        services.AddSingleton(static provider => new RequestPipeline(
            new Authentication(
                provider.GetRequiredService<ICallerAuthenticator>(), provider.GetRequiredService<SessionTracker>(), provider.GetRequiredService<CallerTokens>()),
            provider.GetRequiredService<IPolicySource>(),
            provider.GetRequiredService<CallerLimit>(),
            provider.GetRequiredService<Examination>(),
            provider.GetRequiredService<Approving>(),
            provider.GetRequiredService<ICredentialVault>(),
            new HandingOver(provider.GetRequiredService<ITokenHandOut>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<SecretCalls>(),
            provider.GetRequiredService<AnswerMasks>(),
            provider.GetRequiredService<UpstreamForwarder>(),
            provider.GetRequiredService<EndRecords>(),
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RequestPipeline>>()));
        services.AddSingleton<IPolicyObserver, PolicyRecorder>();
        services.AddSingleton<CredentialRecorder>();
        services.AddSingleton<ICredentialObserver>(static provider => provider.GetRequiredService<CredentialRecorder>());
        services.AddHostedService<LifetimeRecorder>();
        services.AddHostedService(static provider => provider.GetRequiredService<CredentialRecorder>());
        services.AddSingleton<SessionTracker>();
        services.AddMasking();
        services.AddApprovals();
        services.AddGitRoom();
        services.AddLfsRoom();
        services.AddRestRoom();
        services.AddRestChanges();
        services.AddGraphRoom();
        services.AddSingleton<TokenExchangeRoom>();
        services.AddMcp();
        services.AddSingleton<ApiRooms>(static provider => face => face switch
        {
            ApiFace.Rest => provider.GetRequiredService<RestRoom>(),
            ApiFace.GraphQl => provider.GetRequiredService<GraphRoom>(),
            ApiFace.Vault => provider.GetRequiredService<VaultRoom>(),
            _ => throw new InvalidOperationException($"There is no room for {face}."),
        });
        services.AddPages();
        services.AddHealth();
        return services;
    }

    /// <summary>The data path's client: follows nothing, remembers nothing, decompresses nothing.</summary>
    private static HttpMessageInvoker UpstreamClient() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
        },
        disposeHandler: true);
}
