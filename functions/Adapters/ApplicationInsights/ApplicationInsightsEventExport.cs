using Azure.Monitor.OpenTelemetry.Exporter;
using CursorBroker.Adapters.Telemetry;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CursorBroker.Adapters.ApplicationInsights;

/// <summary>Audit events to Application Insights. What cannot be sent waits on disk and is tried again.</summary>
internal sealed class ApplicationInsightsEventExport(IOptionsMonitor<AzureMonitorExporterOptions> options) : IEventExport
{
    /// <inheritdoc/>
    public void AddTo(LoggerProviderBuilder events) =>
        events.AddProcessor(new BatchLogRecordExportProcessor(new AzureMonitorLogExporter(options.Get(ExporterSettings.Name))));
}
