using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// Puts the complaints of the exporters and of OpenTelemetry itself (a full queue, say) into the log; they say them nowhere else. Each kind at most once a
/// minute, since an exporter that is down is also asked to send what is logged here.
/// </summary>
internal sealed class ExporterTroubles(ILogger<ExporterTroubles> logger, TimeProvider time) : EventListener, IHostedService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private static readonly string[] Sources = ["OpenTelemetry-AzureMonitor-Exporter", "OpenTelemetry-Exporter-OpenTelemetryProtocol", "OpenTelemetry-Sdk"];

    private readonly ConcurrentDictionary<(string Source, int Id), DateTimeOffset> _said = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Called for sources that exist already, too.
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.Contains(eventSource.Name))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var now = time.GetUtcNow();
        var kind = (eventData.EventSource.Name, eventData.EventId);
        if (_said.TryGetValue(kind, out var last) && now < last + Every)
        {
            return;
        }

        _said[kind] = now;
        TelemetryLog.ExporterTrouble(logger, string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "", [.. eventData.Payload ?? []]));
    }
}
