using Azure.Core;
using CursorBroker.Adapters.ApplicationInsights;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>Registers telemetry: audit events, traces, metrics and logs, to wherever the settings say.</summary>
public static class TelemetryServices
{
    private const string ApplicationInsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Inner = "CursorBroker.Telemetry.Ledger";

    /// <summary>Whose paths name repositories and nothing secret.</summary>
    private static readonly HashSet<string> GitHubHosts = new(StringComparer.OrdinalIgnoreCase) { "github.com", "api.github.com" };

    /// <summary>Whether the settings name a place that telemetry goes to, logs included.</summary>
    public static bool GoesSomewhere(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return !string.IsNullOrEmpty(configuration[ApplicationInsightsSetting]) || !string.IsNullOrEmpty(configuration[OtlpEventExport.EndpointSetting]);
    }

    /// <summary>
    /// Telemetry as the settings say: to Application Insights with <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>, by OTLP with
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, to both with both; nothing at all is registered with neither. Call it after the ledger is registered and before
    /// whatever records into it, so that it stops after them.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's settings, environment included.</param>
    /// <param name="credential">Signs in to Application Insights; null where the connection string is enough.</param>
    /// <param name="waiting">Where what cannot be sent waits, a directory of the broker's alone; null for one below the temporary directory, on a machine that nobody else uses.</param>
    /// <exception cref="InvalidOperationException">No ledger is registered yet.</exception>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration, TokenCredential? credential = null, string? waiting = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[ApplicationInsightsSetting] is { Length: > 0 } connection)
        {
            services.AddApplicationInsights(options =>
            {
                options.ConnectionString = connection;
                options.Credential = credential;
                options.StorageDirectory = waiting;
            });
        }

        if (!string.IsNullOrEmpty(configuration[OtlpEventExport.EndpointSetting]))
        {
            services.AddOtlp();
        }

        return services;
    }

    /// <summary>
    /// Audit events, traces, metrics and logs by OTLP. Everything is set by OpenTelemetry's own variables, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> first
    /// (default: <c>http://localhost:4317</c>), from the host's configuration.
    /// </summary>
    /// <exception cref="InvalidOperationException">No ledger is registered yet.</exception>
    public static IServiceCollection AddOtlp(this IServiceCollection services)
    {
        services.AddTelemetryCore();
        services.AddSingleton<IEventExport, OtlpEventExport>();
        services.AddOpenTelemetry()
            .WithTracing(static traces => traces.AddOtlpExporter())
            .WithMetrics(static metrics => metrics.AddOtlpExporter())
            .WithLogging(static logs => logs.AddOtlpExporter());
        return services;
    }

    /// <summary>What every place needs; once.</summary>
    internal static IServiceCollection AddTelemetryCore(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(EventPump)))
        {
            return services;
        }

        // With any other one, the instrumentation of HttpClient writes trace headers and baggage into requests whose handlers are set to write none.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton(new TelemetryOptions());
        services.AddSingleton<BrokerMeter>();
        services.AddSingleton<IApprovalObserver>(static provider => provider.GetRequiredService<BrokerMeter>());
        services.AddSingleton<EventSender>();
        services.AddSingleton<EventPump>();
        services.AddHostedService<ExporterTroubles>();
        services.AddHostedService(static provider => provider.GetRequiredService<EventPump>());
        DecorateLedger(services);

        services.AddOpenTelemetry()
            .ConfigureResource(BrokerResource.Describe)
            .WithTracing(static traces => traces

                // Not as the caller's traceparent has it, which is the default: it could hide a request.
                .SetSampler(new AlwaysOnSampler())
                .AddProcessor(new ScrubbedSpans(GitHubHosts))
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation())
            .WithMetrics(static metrics => metrics.AddMeter(BrokerMeter.Name, "Microsoft.AspNetCore.Hosting", "System.Net.Http"))
            .WithLogging();

        // Below warnings, the platform's logs hold whole addresses, queries included. Scopes hold them at every level.
        services.Configure<OpenTelemetryLoggerOptions>(static options => options.IncludeScopes = false);
        services.AddLogging(static logging => logging
            .AddFilter<OpenTelemetryLoggerProvider>("Microsoft", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("System", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Azure", LogLevel.Warning));
        return services;
    }

    // The ledger that was registered stays the container's to make and to dispose of.
    private static void DecorateLedger(IServiceCollection services)
    {
        var ledger = services.LastOrDefault(static service => service.ServiceType == typeof(ILedger) && !service.IsKeyedService)
            ?? throw new InvalidOperationException("Register the ledger before telemetry, which is told what the ledger made durable.");
        services.Remove(ledger);
        services.Add(ledger switch
        {
            { ImplementationType: { } type } => ServiceDescriptor.KeyedSingleton(typeof(ILedger), Inner, type),
            { ImplementationFactory: { } factory } => ServiceDescriptor.KeyedSingleton(typeof(ILedger), Inner, (provider, _) => factory(provider)),
            _ => ServiceDescriptor.KeyedSingleton(typeof(ILedger), Inner, ledger.ImplementationInstance!),
        });
        services.AddSingleton<ILedger>(static provider => new TelemetryLedger(
            provider.GetRequiredKeyedService<ILedger>(Inner),
            provider.GetRequiredService<EventPump>(),
            provider.GetRequiredService<BrokerMeter>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TelemetryLedger>>()));
    }
}
