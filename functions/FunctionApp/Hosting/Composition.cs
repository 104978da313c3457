using Azure.Core;
using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Adapters.Entra;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.KeyVault;
using CursorBroker.Adapters.KeyVault.Vaults;
using CursorBroker.Adapters.Mail;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Adapters.PolicyBlob;
using CursorBroker.Adapters.PolicyFile;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Secrets;
using CursorBroker.Adapters.Teams;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.Policy;
using CursorBroker.FunctionApp.Approvals;
using CursorBroker.FunctionApp.Settings;
using CursorBroker.Gateway;
using CursorBroker.Gateway.Approvals;
using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CursorBroker.FunctionApp.Hosting;

/// <summary>Joins the parts into one application. Nothing is decided here.</summary>
internal static class Composition
{
    public static IHost Build(string[] args)
    {
        var settings = FunctionAppSettings.Read(Environment.GetEnvironmentVariable);
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        List<ServiceDescriptor> platform = [.. builder.Services.Where(static service => service.ServiceType == typeof(IHostedService))];
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Who changes the policy while this runs sees when it counts.
        builder.Logging.AddFilter("CursorBroker.Gateway.Recording.PolicyRecorder", LogLevel.Information);

        // The worker's own limit, which no client meets first: the platform's front and each request's path have theirs.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = settings.BodyLimit);

        // Hosted services stop in reverse order: what revokes tokens stops before what records it.
        var credential = AzureIdentity.Create(settings.ClientId);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(credential);
        AddStores(builder.Services, settings);
        builder.Services.AddTelemetry(builder.Configuration, credential);
        builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
        if (!TelemetryServices.GoesSomewhere(builder.Configuration))
        {
            // On a developer's machine. The platform shows nothing of a worker's log then; what the worker's process writes, it does.
            builder.Logging.AddSimpleConsole(static console => console.SingleLine = true);
            builder.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }

        AddSecrets(builder.Services, settings, credential);
        builder.Services.AddSingleton(new GitRoomOptions
        {
            MaxPushBytes = settings.BodyLimit,
            MaxDrainBytes = settings.BodyLimit,
        });
        builder.Services.AddSingleton(new InspectionOptions { MaxSpooledBytes = settings.Spool });
        builder.Services.AddSingleton(settings.Limits);
        builder.Services.AddGateway(new UpstreamOptions { Git = settings.Git, Api = settings.Api, SignedHosts = settings.SignedHosts });
        builder.Services.AddSingleton<DurableRuns>();
        builder.Services.AddSingleton<IApprovalRuns>(static provider => provider.GetRequiredService<DurableRuns>());
        builder.Services.AddOrchestratedApprovals();
        AddPeople(builder.Services, settings);
        AddPolicy(builder.Services, settings.Storage, credential);
        builder.Services.AddOidcIdentity();
        if (settings.SignIn is not null)
        {
            builder.Services.AddAuthorizationServer(settings.Server);
        }

        if (settings.Graph is var (tenant, graphClient, graphSecret))
        {
            builder.Services.AddGraphGroups(options =>
            {
                options.TokenEndpoint = new Uri($"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
                options.ClientId = graphClient;
                options.ClientSecretName = graphSecret;
            });
        }

        builder.Services.AddGitHubCredentials(new GitHubOptions { AppId = settings.GitHubAppId, Api = settings.Api, Git = settings.Git });
        builder.Services.AddReadinessCheck("keys", static async (provider, token) => (await provider.GetRequiredService<IAppKeySource>().GetAsync(token)).Keys is not []);
        builder.Services.AddReadinessCheck("durable", static (provider, token) => provider.GetRequiredService<DurableRuns>().AnswersAsync(token));
        ServeLast(builder.Services, platform);
        return builder.Build();
    }

    /// <summary>
    /// What talks to the platform starts last and stops first: no request comes before stores are open and a policy is in force, and tokens are revoked when no request
    /// uses them any more.
    /// </summary>
    private static void ServeLast(IServiceCollection services, IReadOnlyList<ServiceDescriptor> platform)
    {
        foreach (var service in platform)
        {
            services.Remove(service);
            services.Add(service);
        }
    }

    private static void AddStores(IServiceCollection services, FunctionAppSettings settings)
    {
        var storage = settings.Storage;
        services.AddAzureStorageStores(options =>
        {
            options.ServiceUri = storage.Url;
            options.ConnectionString = storage.ConnectionString;
            options.CreateContainers = storage.ConnectionString is not null;
            options.LedgerContainer = storage.LedgerContainer;
            options.StateContainer = storage.StateContainer;
        });
        var sealing = services.AddSealing();
        if (settings.StateKeySecret is { } secret)
        {
            sealing.ProtectKeysWithSecret(secret);
        }
    }

    private static void AddSecrets(IServiceCollection services, FunctionAppSettings settings, TokenCredential credential)
    {
        if (settings.KeyVault is { } vault)
        {
            services.AddKeyVault(credential, options =>
            {
                options.Vault = vault;
                options.AppKeySecret = settings.AppKeySecret!;
            });
        }
        else
        {
            services.AddSingleton<IAppKeySource>(PemAppKeySource.FromFiles(settings.AppKeyFile!));
            services.AddEnvironmentSecrets();
        }

        if (!settings.Vaults.IsEmpty)
        {
            services.AddSecretVaults(credential, settings.Vaults);
        }
    }

    private static void AddPolicy(IServiceCollection services, StorageSettings storage, TokenCredential credential)
    {
        if (storage.Policy is { } blob)
        {
            services.AddPolicyBlob(credential, new PolicyBlobOptions { Blob = blob });
            return;
        }

        services.AddSingleton(new PolicyFileOptions { Path = storage.PolicyFile! });
        services.AddSingleton<PolicyFileSource>();
        services.AddSingleton<IPolicySource>(static provider => provider.GetRequiredService<PolicyFileSource>());
        services.AddHostedService(static provider => provider.GetRequiredService<PolicyFileSource>());
    }

    /// <summary>How people are told of approvals, and how they reach and use the pages.</summary>
    private static void AddPeople(IServiceCollection services, FunctionAppSettings settings)
    {
        services.AddSingleton(new ApprovalLinks(() => settings.Url));
        services.AddTeamsNotices();
        if (settings.Mail is var (endpoint, from))
        {
            services.AddCommunicationServicesNotices(options =>
            {
                options.Endpoint = endpoint;
                options.From = from;
            });
        }

        if (settings.SignIn is var (issuer, client))
        {
            services.AddSignIn(new SignInOptions
            {
                Issuer = issuer,
                ClientId = client,
                ClientSecretName = settings.SignInSecret,
                OfflineScope = settings.OfflineScope,
                Address = new PublicAddress(() => settings.Url),
            });
        }
    }
}
