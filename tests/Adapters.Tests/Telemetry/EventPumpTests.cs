using System.Diagnostics.Metrics;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>What happens when telemetry does not keep up, and what is counted.</summary>
[TestClass]
public sealed class EventPumpTests
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Post_MoreThanFit_LosesTheRestAloud()
    {
        using var world = new World(new TelemetryOptions { MaxWaiting = 2 });
        for (var i = 0; i < 5; i++)
        {
            await world.Ledger.AppendAsync([EventPartsTests.Decided($"{i}")], CancellationToken.None);
        }

        Assert.HasCount(5, world.Inner.Durable);
        StringAssert.Contains(world.Log.Text, "Error 6200 Telemetry does not keep up", StringComparison.Ordinal);
        Assert.HasCount(1, world.Log.Lines, "Said once, not for each.");
        Assert.AreEqual(3, world.Sum("cursorbroker.telemetry.lost"));

        await world.Pump.StartAsync(CancellationToken.None);
        while (world.Sent.Count < 2)
        {
            await Task.Yield();
        }

        await world.Ledger.AppendAsync([EventPartsTests.Decided("later")], CancellationToken.None);
        await world.Pump.StopAsync(CancellationToken.None);
        CollectionAssert.AreEqual(new[] { "0", "1", "later" }, world.Sent.ToArray());
        StringAssert.Contains(world.Log.Text, "Warning 6201 Telemetry keeps up again. 3 audit events", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Append_ExporterThrows_SucceedsAndTheNextEventIsSent()
    {
        using var world = new World(new TelemetryOptions()) { Throws = true };
        await world.Pump.StartAsync(CancellationToken.None);
        await world.Ledger.AppendAsync([EventPartsTests.Decided("0")], CancellationToken.None);
        while (world.Log.Lines.IsEmpty)
        {
            await Task.Yield();
        }

        world.Throws = false;
        await world.Ledger.AppendAsync([EventPartsTests.Decided("1")], CancellationToken.None);
        await world.Pump.StopAsync(CancellationToken.None);
        Assert.HasCount(2, world.Inner.Durable);
        CollectionAssert.AreEqual(new[] { "1" }, world.Sent.ToArray());
        StringAssert.Contains(world.Log.Text, "Error 6202 An audit event of kind 210", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Append_MetricListenerThrows_Succeeds()
    {
        using var world = new World(new TelemetryOptions());
        using var hostile = new MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        hostile.SetMeasurementEventCallback<double>(static (instrument, _, _, _) =>
        {
            if (instrument.Meter.Name == BrokerMeter.Name)
            {
                throw new InvalidOperationException("a listener's bug");
            }
        });
        hostile.Start();
        await world.Ledger.AppendAsync([EventPartsTests.Decided("0")], CancellationToken.None);
        Assert.HasCount(1, world.Inner.Durable);
        StringAssert.Contains(world.Log.Text, "Error 6203", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Metrics_OfEvents_CountWhatHappened()
    {
        using var world = new World(new TelemetryOptions());
        await world.Ledger.AppendAsync(
            [
                EventPartsTests.Decided("x"),
                new RequestRefused("GET", "/secret-path", "authorize", "NotCovered", "", 404),
                new CredentialLeased("sha", "acme/pay", 1, "contents:read", default, Fresh: true),
                new CredentialRevoked("sha", "request-ended", Confirmed: true),
                new ExchangeCompleted(200, null, 0, 0, 1500, false, null, []),
            ],
            CancellationToken.None);
        world.Inner.Down = true;
        await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await world.Ledger.AppendAsync([], CancellationToken.None));

        Assert.AreEqual(1, world.Sum("cursorbroker.decisions", "outcome=deny operation=git.push"));
        Assert.AreEqual(1, world.Sum("cursorbroker.refusals", "stage=authorize kind=NotCovered status=404"));
        Assert.AreEqual(1, world.Sum("cursorbroker.credentials", "fresh=True"));
        Assert.AreEqual(1, world.Sum("cursorbroker.revocations", "confirmed=True"));
        Assert.AreEqual(1.5, world.Sum("cursorbroker.exchange.duration", "status=200 failed=False"));
        Assert.AreEqual(1, world.Sum("cursorbroker.ledger.failures"));
        Assert.DoesNotContain("secret-path", string.Join(' ', world.Measured.Select(static one => one.Tags)));
    }

    [TestMethod]
    public async Task Metrics_OfApprovals_ShowHowManyWaitAndForHowLong()
    {
        using var world = new World(new TelemetryOptions());
        var observer = world.Meter;
        var opened = new Approval
        {
            Id = ApprovalId.New(),
            Fingerprint = null!,
            Requester = new Requester(null!, "", CallerKind.Person, ""),
            Target = "",
            Summary = [],
            Requirements = [],
            SnapshotSha256 = "",
            Created = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.UnixEpoch.AddHours(1),
            Valid = TimeSpan.FromMinutes(15),
        };
        await observer.OpenedAsync(opened, CancellationToken.None);
        await observer.OpenedAsync(opened with { Id = ApprovalId.New() }, CancellationToken.None);
        var approved = opened with { Status = ApprovalStatus.Approved, Settled = DateTimeOffset.UnixEpoch.AddSeconds(90) };
        await observer.MovedAsync(approved, CancellationToken.None);
        await observer.MovedAsync(approved with { Status = ApprovalStatus.Used }, CancellationToken.None);

        Assert.AreEqual(1, world.Sum("cursorbroker.approvals.pending"));
        Assert.AreEqual(90, world.Sum("cursorbroker.approvals.wait", "status=Approved"));
    }

    /// <summary>A decorated ledger whose events end in a list instead of an exporter.</summary>
    private sealed class World : BaseProcessor<LogRecord>, IEventExport
    {
        private readonly ServiceProvider _provider;
        private readonly MeterListener _listener = new();

        public World(TelemetryOptions options)
        {
            _provider = new ServiceCollection()
                .AddLogging(logging => logging.AddProvider(Log))
                .AddSingleton(options)
                .AddSingleton<ILedger>(Inner)
                .AddSingleton<IEventExport>(this)
                .AddTelemetryCore()
                .BuildServiceProvider();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _provider.GetRequiredService<IMeterFactory>()))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measure(instrument, value, tags));
            _listener.Start();
        }

        public LogLines Log { get; } = new();

        public TestLedger Inner { get; } = new();

        public ILedger Ledger => _provider.GetRequiredService<ILedger>();

        public EventPump Pump => _provider.GetRequiredService<EventPump>();

        public BrokerMeter Meter => _provider.GetRequiredService<BrokerMeter>();

        public System.Collections.Concurrent.ConcurrentQueue<string> Sent { get; } = new();

        public List<(string Name, double Value, string Tags)> Measured { get; } = [];

        public volatile bool Throws;

        public void AddTo(LoggerProviderBuilder events) => events.AddProcessor(this);

        public override void OnEnd(LogRecord data)
        {
            if (Throws)
            {
                throw new InvalidOperationException("an exporter's bug");
            }

            Sent.Enqueue((string)data.Attributes!.Single(static pair => pair.Key == "reason").Value!);
        }

        public double Sum(string name, string? tags = null) =>
            Measured.Where(one => one.Name == name && (tags is null || one.Tags == tags)).Sum(static one => one.Value);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _listener.Dispose();
                _provider.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (Measured)
            {
                Measured.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))));
            }
        }
    }
}
