using System.Net;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.Mail;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Adapters.PolicyFile;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Secrets;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Adapters.Teams;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway;
using CursorBroker.Gateway.Approvals;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CursorBroker.Local.Hosting;

/// <summary>Joins the parts into one application. Nothing is decided here.</summary>
internal static class Composition
{
    // A person's own disk, unlike a function's, has room for a push as large as GitHub takes, twice.
    private const long LargestSpool = 4L * 1024 * 1024 * 1024;

    public static WebApplication Build(ServeArguments arguments, string dataPath, string policyPath, Upstream upstream)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });

        // What takes a request's service for its own fails here, where it is tried first, as it would in a host that checks.
        builder.Host.UseDefaultServiceProvider(static options => options.ValidateScopes = true);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static options => options.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Who edits the policy while this runs sees when it counts.
        builder.Logging.AddFilter("CursorBroker.Gateway.Recording.PolicyRecorder", LogLevel.Information);

        // It warns that the key ring rests as it is: here the data directory, which is its owner's alone, is what protects it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A start that fails reaches the caller as the exception, who says it in words for people; the host's own account would bury them.
        WebApplication? application = null;
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && application is { Lifetime.ApplicationStarted.IsCancellationRequested: true });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // a push is as large as it is; it is streamed
            kestrel.Listen(IPAddress.Loopback, arguments.Port);
        });

        // Requests in flight get this long when told to stop; a clone that is cut is made again, a person at Ctrl+C waits.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        // Hosted services stop in reverse order: what revokes tokens stops before what records it.
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSqliteStores(dataPath);
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddTelemetry(builder.Configuration, waiting: Path.Combine(dataPath, "telemetry"));
        builder.Services.AddSealing();
        builder.Services.AddSingleton(new InspectionOptions { MaxSpooledBytes = LargestSpool });
        builder.Services.AddSingleton(new HoldOptions { Hold = arguments.Hold });
        builder.Services.AddSingleton(LimitSettings.From(Environment.GetEnvironmentVariable));
        builder.Services.AddGateway(upstream.Options);
        builder.Services.AddStateApprovals();
        AddPeople(builder.Services, upstream.SignIn, () => SignInSettings.Address(Environment.GetEnvironmentVariable) ?? new Uri(application!.Urls.First()));
        builder.Services.AddSingleton(new PolicyFileOptions { Path = policyPath, Compile = new PolicyCompileOptions { HostIssuers = upstream.Issuers } });
        builder.Services.AddSingleton<PolicyFileSource>();
        builder.Services.AddSingleton<IPolicySource>(static provider => provider.GetRequiredService<PolicyFileSource>());
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<PolicyFileSource>());
        builder.Services.AddOidcIdentity();
        if (upstream.SignIn is not null)
        {
            builder.Services.AddAuthorizationServer(SignInSettings.Server(Environment.GetEnvironmentVariable));
            builder.Services.AddRevocationBox(dataPath);
        }

        if (upstream.Graph is { } graph)
        {
            builder.Services.AddGraphGroups(graph);
        }

        upstream.Vaults.AddTo(builder.Services);
        builder.Services.AddGitHubCredentials(upstream.GitHub, upstream.Keys);
        builder.Services.AddReadinessCheck("keys", static async (provider, token) => (await provider.GetRequiredService<IAppKeySource>().GetAsync(token)).Keys is not []);

        application = builder.Build();
        application.MapBroker();
        return application;
    }

    /// <summary>How people are told of approvals, and how they reach and use the pages.</summary>
    private static void AddPeople(IServiceCollection services, SignInClient? signIn, Func<Uri> address)
    {
        services.AddSingleton(new ApprovalLinks(address));
        services.AddEnvironmentSecrets();
        services.AddTeamsNotices();
        if (MailSettings.From(Environment.GetEnvironmentVariable) is { } mail)
        {
            services.AddSmtpNotices(mail);
        }

        services.AddPages();
        if (signIn is not null)
        {
            services.AddSignIn(signIn.At(new PublicAddress(address)));
        }
    }
}
