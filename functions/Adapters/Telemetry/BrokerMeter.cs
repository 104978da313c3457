using System.Diagnostics.Metrics;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>The broker's metrics, counted from the events that became durable. Their tags have few values: no name, path or person.</summary>
internal sealed class BrokerMeter : IApprovalObserver, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "CursorBroker";

    private readonly Meter _meter;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _credentials;
    private readonly Counter<long> _revocations;
    private readonly Histogram<double> _exchanges;
    private readonly Histogram<double> _appends;
    private readonly Counter<long> _appendFailures;
    private readonly UpDownCounter<long> _pending;
    private readonly Histogram<double> _waits;
    private readonly Counter<long> _lost;
    private readonly TimeProvider _time;

    public BrokerMeter(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        _meter = factory.Create(Name);
        _decisions = _meter.CreateCounter<long>("cursorbroker.decisions", "{decision}", "Operations decided, by outcome and operation");
        _refusals = _meter.CreateCounter<long>("cursorbroker.refusals", "{request}", "Requests refused, by stage, kind and status");
        _credentials = _meter.CreateCounter<long>("cursorbroker.credentials", "{credential}", "Credentials taken for requests; fresh ones were minted");
        _revocations = _meter.CreateCounter<long>("cursorbroker.revocations", "{credential}", "Credentials revoked, or not confirmed as such");
        _exchanges = _meter.CreateHistogram<double>("cursorbroker.exchange.duration", "s", "Forwarded requests, from arrival to end");
        _appends = _meter.CreateHistogram<double>("cursorbroker.ledger.append.duration", "s", "Making events durable");
        _appendFailures = _meter.CreateCounter<long>("cursorbroker.ledger.failures", "{append}", "Events that could not be made durable");
        _pending = _meter.CreateUpDownCounter<long>("cursorbroker.approvals.pending", "{approval}", "Approvals that wait for people");
        _waits = _meter.CreateHistogram<double>("cursorbroker.approvals.wait", "s", "From an approval's opening to its settling, by how it settled");
        _lost = _meter.CreateCounter<long>("cursorbroker.telemetry.lost", "{event}", "Audit events that are in the ledger, but were not sent as telemetry");
    }

    /// <summary>Counts what happened.</summary>
    public void Record(AuditEvent happened)
    {
        switch (happened)
        {
            case OperationDecided e:
                _decisions.Add(1, new("outcome", e.Outcome), new("operation", e.Operation));
                break;
            case RequestRefused e:
                _refusals.Add(1, new("stage", e.Stage), new("kind", e.Kind), new("status", e.Status));
                break;
            case CredentialLeased e:
                _credentials.Add(1, new KeyValuePair<string, object?>("fresh", e.Fresh));
                break;
            case CredentialRevoked e:
                _revocations.Add(1, new KeyValuePair<string, object?>("confirmed", e.Confirmed));
                break;
            case ExchangeCompleted e:
                _exchanges.Record(e.Milliseconds / 1000.0, new("status", e.Status), new("failed", e.Failure is not null));
                break;
        }
    }

    public void Appended(TimeSpan took) => _appends.Record(took.TotalSeconds);

    public void AppendFailed() => _appendFailures.Add(1);

    public void EventsLost(long count) => _lost.Add(count);

    public ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken)
    {
        _pending.Add(1);
        return ValueTask.CompletedTask;
    }

    public ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken)
    {
        // It leaves Pending once; what an approved one comes to later is another move.
        if (approval.Status is ApprovalStatus.Approved or ApprovalStatus.Denied or ApprovalStatus.Expired or ApprovalStatus.Cancelled)
        {
            _pending.Add(-1);
            _waits.Record(((approval.Settled ?? _time.GetUtcNow()) - approval.Created).TotalSeconds, new KeyValuePair<string, object?>("status", approval.Status.ToString()));
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => _meter.Dispose();
}
