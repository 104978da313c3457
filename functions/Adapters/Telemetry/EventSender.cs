using System.Collections;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// Sends audit events as OpenTelemetry log records, on a pipeline of their own: no log level, filter or sampler that a host sets for its logs reaches them, and
/// flushing them waits for nothing else. Used by one thread.
/// </summary>
internal sealed class EventSender : IDisposable
{
    /// <summary>The category of the records.</summary>
    public const string Category = "CursorBroker.Audit";

    /// <summary>
    /// After how many records the queue is emptied before more are added. The exporters' own queues hold 2,048 and drop what comes on top; the largest event has fewer than
    /// half as many parts.
    /// </summary>
    public const int FlushEvery = 512;

    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(60);

    private readonly OpenTelemetrySdk _sdk;
    private readonly ILogger _logger;
    private readonly Origin _origin = new();
    private int _unflushed;

    public EventSender(IEnumerable<IEventExport> exports, IConfiguration? configuration = null) =>
        (_sdk, _logger) = Create(exports, configuration, _origin);

    /// <summary>Sends one event; waits from time to time until those before have left.</summary>
    /// <param name="parts">The event.</param>
    /// <param name="origin">The trace it belongs to; default for none.</param>
    public void Send(IReadOnlyList<CustomEvent> parts, ActivityContext origin)
    {
        _origin.Current = origin;
        foreach (var part in parts)
        {
            var attributes = new Attributes(part);
            _logger.Log(LogLevel.Information, new EventId(part.Id, part.Name), attributes, null, static (state, _) => state.Name);
        }

        _unflushed += parts.Count;
        if (_unflushed >= FlushEvery)
        {
            // Returns when the exporter has taken everything out of its queue; the last batch may still be on its way.
            _unflushed = 0;
            _sdk.LoggerProvider.ForceFlush((int)FlushLimit.TotalMilliseconds);
        }
    }

    /// <summary>Waits until everything has left the process, or was put where the exporter tries again. Nothing can be sent afterwards.</summary>
    public void Finish(TimeSpan limit) => _sdk.LoggerProvider.Shutdown((int)limit.TotalMilliseconds);

    public void Dispose() => _sdk.Dispose();

    private static (OpenTelemetrySdk, ILogger) Create(IEnumerable<IEventExport> exports, IConfiguration? configuration, Origin origin)
    {
        var sdk = OpenTelemetrySdk.Create(builder =>
        {
            // What OpenTelemetry's variables set, they set here as in the host: from its configuration, which is the environment and more.
            if (configuration is not null)
            {
                builder.Services.RemoveAll<IConfiguration>();
                builder.Services.AddSingleton(configuration);
            }

            builder.ConfigureResource(BrokerResource.Describe).WithLogging(logging =>
            {
                logging.AddProcessor(origin);
                foreach (var export in exports)
                {
                    export.AddTo(logging);
                }
            });
        });
        return (sdk, sdk.GetLoggerFactory().CreateLogger(Category));
    }

    /// <summary>Gives a record the trace of the request that caused it: it is sent from another thread, where that trace is not current.</summary>
    private sealed class Origin : BaseProcessor<LogRecord>
    {
        public ActivityContext Current { get; set; }

        public override void OnEnd(LogRecord data)
        {
            data.TraceId = Current.TraceId;
            data.SpanId = Current.SpanId;
            data.TraceFlags = Current.TraceFlags;
        }
    }

    /// <summary>A part as a log record's attributes. The first makes it a custom event to Azure Monitor, the second is a tag there.</summary>
    private sealed class Attributes(CustomEvent part) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly List<KeyValuePair<string, object?>> _all =
        [
            new("microsoft.custom_event.name", part.Name),
            .. part.Session is null ? (KeyValuePair<string, object?>[])[] : [new("microsoft.session.id", part.Session)],
            .. part.Properties.Select(static pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)),
        ];

        public string Name => part.Name;

        public int Count => _all.Count;

        public KeyValuePair<string, object?> this[int index] => _all[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _all.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
