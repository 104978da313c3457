using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Tests.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Approvals.Notices;

/// <summary>A clock, State, approvals, a ledger and channels, and as many instances on them as a test wants.</summary>
internal sealed class NoticeWorld
{
    public NoticeWorld()
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        State = new InMemoryStateStore(Time);
        Policy = new FakePolicy { Current = Policies("leads: { teams: secret:teams-webhook, email: [leads@example.com] }") };
        Channels = [Teams, Mail];
    }

    public FakeTimeProvider Time { get; }

    public InMemoryStateStore State { get; }

    public FakeHome Home { get; } = new();

    public FakePolicy Policy { get; }

    public FakeLedger Ledger { get; } = new();

    public FakeChannel Teams { get; } = new(NoticeChannels.Teams, static target => target.TeamsSecret is not null);

    public FakeChannel Mail { get; } = new(NoticeChannels.Email, static target => !target.Email.IsEmpty);

    public List<INoticeChannel> Channels { get; }

    public FakeNoticeObserver Observer { get; } = new();

    public static PolicySet Policies(string notify) => Tests.Policy.Policies.Rules("  - { id: r, who: { groups: [g] }, repositories: [acme/pay], allow: { contents: read } }", $"notify: {{ {notify} }}");

    public Approval Open(params string[] notify)
    {
        var approval = NewApproval(Time.GetUtcNow(), notify is [] ? ["leads"] : notify);
        Home.Approvals[approval.Id] = approval;
        return approval;
    }

    public static Approval NewApproval(DateTimeOffset now, params string[] notify) => new()
    {
        Id = ApprovalId.New(),
        Fingerprint = Fingerprint.Of(new byte[32]),
        Requester = new(new PersonId("iss", "dana"), "Dana", CallerKind.Person, "s-1"),
        Target = "acme/payments-api",
        Summary = ["update refs/heads/main"],
        Requirements = [new("payments", 0, ["payments-leads"], 1, [.. notify], TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), "a push to main")],
        SnapshotSha256 = new string('0', 64),
        Created = now,
        Expires = now + TimeSpan.FromMinutes(30),
        Valid = TimeSpan.FromMinutes(15),
    };

    public NoticeOutbox Outbox() => new(State, Policy, Channels, Observer, Time);

    public NoticeWorker Worker(NoticeOutbox? outbox = null) =>
        new(outbox ?? Outbox(), Home, State, Policy, Channels, Ledger, new ApprovalLinks(static () => new Uri("https://broker.example/")), Observer, Time);

    public async Task<ImmutableArray<NoticeStatus>> BoardAsync(Approval approval) => await Outbox().ReadAsync(approval.Id, CancellationToken.None);

    public async Task<string> RowsAsync(Approval approval) =>
        string.Join("; ", (await BoardAsync(approval)).Select(static row => $"{row.Target} {row.Channel} {row.Outcome} {row.Attempts} {row.Detail}"));
}

/// <summary>A channel that says what the test has it say; by default that it delivered.</summary>
internal sealed class FakeChannel(string name, Func<NotifyTarget, bool> serves) : INoticeChannel
{
    public ConcurrentQueue<ApprovalNotice> Sent { get; } = [];

    public Func<CancellationToken, ValueTask<NoticeResult>> Answer { get; set; } = static _ => ValueTask.FromResult(new NoticeResult(true, "taken"));

    public string Name => name;

    public bool Serves(NotifyTarget target) => serves(target);

    public ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        Assert.IsTrue(serves(target));
        Sent.Enqueue(notice);
        return Answer(cancellationToken);
    }

    public void Say(NoticeResult result) => Answer = _ => ValueTask.FromResult(result);
}

internal sealed class FakeHome : IApprovalHome
{
    public ConcurrentDictionary<ApprovalId, Approval> Approvals { get; } = [];

    public ValueTask<bool> StartAsync(Approval approval, CancellationToken cancellationToken) => throw new InvalidOperationException("Notices start nothing.");

    public ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken) => ValueTask.FromResult(Approvals.GetValueOrDefault(id));

    public ValueTask<ApprovalStep?> SendAsync(ApprovalId id, ApprovalEvent happened, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Notices decide nothing.");

    public async IAsyncEnumerable<Approval> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var approval in Approvals.Values)
        {
            yield return approval;
        }
    }
}

internal sealed class FakePolicy : IPolicySource
{
    public PolicySet? Current { get; set; }

    public PolicyStatus Status => throw new InvalidOperationException("Notices do not ask for it.");
}

internal sealed class FakeLedger : ILedger
{
    public ConcurrentQueue<AuditEvent> Events { get; } = [];

    public bool IsDown { get; set; }

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new LedgerUnavailableException("down");
        }

        foreach (var happened in events)
        {
            Events.Enqueue(happened);
        }

        return ValueTask.CompletedTask;
    }
}

internal sealed class FakeNoticeObserver : INoticeObserver
{
    public ConcurrentQueue<string> Troubles { get; } = [];

    public void Troubled(string what, Exception? exception) => Troubles.Enqueue($"{what} {exception?.Message}");
}
