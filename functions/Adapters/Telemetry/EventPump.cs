using System.Collections.Concurrent;
using System.Diagnostics;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// Takes audit events from requests and sends them from a thread of its own, so that no request ever waits for telemetry. When more wait than fit, further
/// ones are not sent, which is counted, logged and shown as a metric; the ledger has them.
/// </summary>
internal sealed class EventPump(EventSender sender, BrokerMeter meter, TelemetryOptions options, ILogger<EventPump> logger) : IHostedService, IDisposable
{
    private readonly BlockingCollection<(AuditEvent Event, ActivityContext Origin)> _queue = new(options.MaxWaiting);
    private readonly Lock _lock = new();
    private Task _pumping = Task.CompletedTask;
    private long _lost;
    private DateTimeOffset _lostFrom;

    /// <summary>Takes events that are durable. Never waits.</summary>
    public void Post(IReadOnlyList<AuditEvent> events)
    {
        var origin = Activity.Current?.Context ?? default;
        foreach (var happened in events)
        {
            var taken = !_queue.IsAddingCompleted && _queue.TryAdd((happened, origin));
            if (!taken || Volatile.Read(ref _lost) > 0)
            {
                Note(taken, happened.At);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pumping = Task.Factory.StartNew(Pump, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Sends what still waits: what the exporter would only put on its disk may be gone with the machine.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.CompleteAdding();

        // Not by the host's token, whose patience requests may have used up.
        await Task.WhenAny(_pumping, Task.Delay(options.StopLimit, CancellationToken.None));
        if (!_pumping.IsCompleted)
        {
            meter.EventsLost(_queue.Count);
            TelemetryLog.EventsLost(logger, _queue.FirstOrDefault().Event?.At ?? default);
        }
    }

    public void Dispose()
    {
        // The pump may still hold it when the stop was too short for all that waited.
        if (_pumping.IsCompleted)
        {
            _queue.Dispose();
        }
    }

    private void Pump()
    {
        foreach (var (happened, origin) in _queue.GetConsumingEnumerable())
        {
            try
            {
                sender.Send(EventParts.Of(happened), origin);
            }
            catch (Exception failure)
            {
                // Whatever it is, the next event is another one.
                meter.EventsLost(1);
                TelemetryLog.EventNotSent(logger, failure, happened.Id, happened.At);
            }
        }

        sender.Finish(options.StopLimit);
    }

    private void Note(bool taken, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (!taken)
            {
                meter.EventsLost(1);
                if (_lost++ == 0)
                {
                    _lostFrom = at;
                    TelemetryLog.EventsLost(logger, at);
                }
            }
            else if (_lost > 0 && _queue.Count <= options.MaxWaiting / 2)
            {
                TelemetryLog.EventsFlowAgain(logger, _lost, _lostFrom, at);
                _lost = 0;
            }
        }
    }
}
