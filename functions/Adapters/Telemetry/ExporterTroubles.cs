using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// Puts the complaints of the exporters and of OpenTelemetry itself into the log; they say them nowhere else. Each kind at most once a
/// minute, since an exporter that is down is also asked to send what is logged here.
/// </summary>
internal sealed class ExporterTroubles(ILogger<ExporterTroubles> logger, TimeProvider time) : EventListener, IHostedService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // OpenTelemetry itself warns of every metric that nobody asked for.
    private static readonly Dictionary<string, EventLevel> Sources = new(StringComparer.Ordinal)
    {
        ["OpenTelemetry-AzureMonitor-Exporter"] = EventLevel.Warning,
        ["OpenTelemetry-Exporter-OpenTelemetryProtocol"] = EventLevel.Warning,
        ["OpenTelemetry-Sdk"] = EventLevel.Error,
    };

    private readonly ConcurrentDictionary<(string Source, int Id), DateTimeOffset> _said = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Called for sources that exist already, too.
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.TryGetValue(eventSource.Name, out var level))
        {
            EnableEvents(eventSource, level);
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
        var text = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "", [.. eventData.Payload ?? []]);
        TelemetryLog.ExporterTrouble(logger, text.Split('\n', 2)[0].TrimEnd());
    }
}
