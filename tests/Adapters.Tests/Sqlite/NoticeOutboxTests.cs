using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.Tests.Sqlite;

/// <summary>Notices on the real store and ledger: several workers, a restart.</summary>
[TestClass]
public sealed class NoticeOutboxTests : IDisposable
{
    private const string Policy = """
        version: 1
        issuers: [{ issuer: https://issuer.example, audiences: [broker] }]
        notify: { leads: { email: [leads@example.com] } }
        rules: [{ id: r, who: { groups: [g] }, repositories: [acme/pay], allow: { contents: read } }]
        """;

    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    [Timeout(120_000)]
    public async Task Workers_SeveralOnOneStore_DeliverEachNoticeOnceAndRecordIt()
    {
        var channel = new CountingChannel();
        using (var instance = new Instance(_data.Path))
        {
            var approvals = Enumerable.Range(0, 20).Select(_ => instance.Open()).ToList();
            foreach (var approval in approvals)
            {
                await instance.Outbox(channel).OpenedAsync(approval, CancellationToken.None);
            }

            using var stop = new CancellationTokenSource();
            var workers = Enumerable.Range(0, 4).Select(_ => instance.Worker(channel).RunAsync(stop.Token)).ToList();
            foreach (var _ in approvals)
            {
                await instance.Recorded.WaitAsync();
            }

            await stop.CancelAsync();
            await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.IsEmpty(instance.Troubles);
            foreach (var approval in approvals)
            {
                Assert.AreEqual(NoticeOutcome.Delivered, (await instance.Outbox(channel).ReadAsync(approval.Id, CancellationToken.None)).Single().Outcome);
            }
        }

        Assert.HasCount(20, channel.Links);
        Assert.HasCount(20, channel.Links.Distinct());
        Assert.HasCount(20, (await _data.Records()).Select(static record => AuditJson.Deserialize(record.Payload.Span)).OfType<ApprovalNotified>().ToList());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Notice_WrittenBeforeARestart_IsDeliveredAfterIt()
    {
        var channel = new CountingChannel();
        Approval approval;
        using (var before = new Instance(_data.Path))
        {
            approval = before.Open();
            await before.Outbox(channel).OpenedAsync(approval, CancellationToken.None);
        }

        using var after = new Instance(_data.Path);
        after.Know(approval);
        using var stop = new CancellationTokenSource();
        var running = after.Worker(channel).RunAsync(stop.Token);
        while (channel.Links.IsEmpty)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.AreEqual($"https://broker.example/approvals/{approval.Id}", channel.Links.Single());
    }

    /// <summary>A process: the store, the ledger, and approvals that it was told of.</summary>
    private sealed class Instance : IDisposable, IApprovalHome, IPolicySource, INoticeObserver, ILedger
    {
        private readonly DataDirectory _directory;
        private readonly SqliteState _state;
        private readonly SqliteStateStore _store;
        private readonly SqliteLedger _ledger;
        private readonly ConcurrentDictionary<ApprovalId, Approval> _approvals = [];

        public Instance(string path)
        {
            _directory = DataDirectory.Open(path);
            _state = new SqliteState(_directory);
            _store = new SqliteStateStore(_state, TimeProvider.System);
            _ledger = new SqliteLedger(_directory);
        }

        public PolicySet? Current { get; } = PolicyCompiler.Compile(Policy).Policy;

        public PolicyStatus Status => throw new InvalidOperationException("Notices do not ask for it.");

        public ConcurrentQueue<string> Troubles { get; } = [];

        /// <summary>Released for each event that is durable.</summary>
        public SemaphoreSlim Recorded { get; } = new(0);

        public NoticeOutbox Outbox(INoticeChannel channel) => new(_store, this, [channel], this, TimeProvider.System);

        public NoticeWorker Worker(INoticeChannel channel) => new(
            Outbox(channel), this, _store, this, [channel], this, new ApprovalLinks(static () => new Uri("https://broker.example/")), this, TimeProvider.System);

        public Approval Open()
        {
            Assert.IsTrue(Fingerprint.TryParse(new string('0', 64), out var fingerprint));
            var now = TimeProvider.System.GetUtcNow();
            var approval = new Approval
            {
                Id = ApprovalId.New(),
                Fingerprint = fingerprint,
                Requester = new(new PersonId("iss", "dana"), "Dana", CallerKind.Person, "s-1"),
                Target = "acme/pay",
                Summary = ["update refs/heads/main"],
                Requirements = [new("r", 0, ["leads"], 1, ["leads"], TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), "a push to main")],
                SnapshotSha256 = new string('0', 64),
                Created = now,
                Expires = now + TimeSpan.FromMinutes(30),
                Valid = TimeSpan.FromMinutes(15),
            };
            Know(approval);
            return approval;
        }

        public void Know(Approval approval) => _approvals[approval.Id] = approval;

        public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
        {
            await _ledger.AppendAsync(events, cancellationToken);
            Recorded.Release(events.Count);
        }

        public ValueTask<bool> StartAsync(Approval approval, CancellationToken cancellationToken) => throw new InvalidOperationException("Notices start nothing.");

        public ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken) => ValueTask.FromResult(_approvals.GetValueOrDefault(id));

        public ValueTask<ApprovalStep?> SendAsync(ApprovalId id, ApprovalEvent happened, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Notices decide nothing.");

        public async IAsyncEnumerable<Approval> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var approval in _approvals.Values)
            {
                yield return approval;
            }
        }

        public void Troubled(string what, Exception? exception) => Troubles.Enqueue($"{what} {exception}");

        public void Dispose()
        {
            _ledger.Dispose();
            _state.Dispose();
            _directory.Dispose();
            Recorded.Dispose();
        }
    }

    private sealed class CountingChannel : INoticeChannel
    {
        public ConcurrentQueue<string> Links { get; } = [];

        public string Name => NoticeChannels.Email;

        public bool Serves(NotifyTarget target) => !target.Email.IsEmpty;

        public async ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Links.Enqueue(notice.Link.AbsoluteUri);
            return new(true, "taken");
        }
    }
}
