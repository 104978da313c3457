using Azure.Monitor.OpenTelemetry.Exporter;
using CursorBroker.Adapters.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.ApplicationInsights;

/// <summary>Registers Application Insights.</summary>
public static class ApplicationInsightsServices
{
    /// <summary>
    /// Every audit event as a custom event, traces, metrics and logs, none sampled. The settings, and that nothing changed the exporter's, are checked at start.
    /// Call it after the ledger is registered and before whatever records into it, so that it stops after them.
    /// </summary>
    /// <exception cref="InvalidOperationException">No ledger is registered yet.</exception>
    public static IServiceCollection AddApplicationInsights(this IServiceCollection services, Action<ApplicationInsightsOptions> configure)
    {
        services.AddOptions<ApplicationInsightsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ApplicationInsightsOptions>, ApplicationInsightsOptionsValidator>());
        services.AddTelemetryCore();
        services.AddSingleton<IEventExport, ApplicationInsightsEventExport>();
        services.AddOptions<AzureMonitorExporterOptions>(ExporterSettings.Name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<AzureMonitorExporterOptions>, ExporterSettings>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureMonitorExporterOptions>, ExporterSettings>());
        services.AddOpenTelemetry()
            .WithTracing(static traces => traces.AddAzureMonitorTraceExporter(name: ExporterSettings.Name))
            .WithMetrics(static metrics => metrics.AddAzureMonitorMetricExporter(name: ExporterSettings.Name))
            .WithLogging(static logs => logs.AddAzureMonitorLogExporter(name: ExporterSettings.Name));
        return services;
    }
}
