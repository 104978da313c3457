using System.Net;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Adapters.PolicyFile;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CursorBroker.Local.Hosting;

/// <summary>Joins the parts into one application. Nothing is decided here.</summary>
internal static class Composition
{
    public static WebApplication Build(int port, string dataPath, string policyPath, Upstream upstream)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });
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
            kestrel.Listen(IPAddress.Loopback, port);
        });

        // Requests in flight get this long when told to stop; a clone that is cut is made again, a person at Ctrl+C waits.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        // Hosted services stop in reverse order: what revokes tokens stops before what records it.
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSqliteStores(dataPath);
        builder.Services.AddSealing();
        builder.Services.AddGateway(upstream.Options);
        builder.Services.AddSingleton(new PolicyFileOptions { Path = policyPath, Compile = new PolicyCompileOptions { HostIssuers = upstream.Issuers } });
        builder.Services.AddSingleton<PolicyFileSource>();
        builder.Services.AddSingleton<IPolicySource>(static provider => provider.GetRequiredService<PolicyFileSource>());
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<PolicyFileSource>());
        builder.Services.AddOidcIdentity();
        if (upstream.Graph is { } graph)
        {
            builder.Services.AddGraphGroups(graph);
        }

        builder.Services.AddGitHubCredentials(upstream.GitHub, upstream.Keys);

        application = builder.Build();
        application.MapBroker();
        return application;
    }
}
