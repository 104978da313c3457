using System.Collections.Concurrent;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Approvals;

/// <summary>Two desks over the same files, as two instances over one State.</summary>
internal sealed class SqliteApprovals : IApprovalObserver, IApprovalTrouble, IAsyncDisposable
{
    private const string Issuer = "https://login.example/v2.0";

    private readonly string _path;
    private ServiceProvider _stores;
    private (StateApprovalHome Home, ApprovalDesk Desk, ApprovalClock Clock)[] _instances;

    public SqliteApprovals(string path)
    {
        _path = path;
        (_stores, _instances) = Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public ConcurrentQueue<string> Told { get; } = [];

    public ApprovalClock Clock => _instances[0].Clock;

    public ApprovalDesk Desk(int which) => _instances[which % 2].Desk;

    public StateApprovalHome Home(int which) => _instances[which % 2].Home;

    /// <summary>Everything is closed and opened anew from the files.</summary>
    public async Task RestartAsync()
    {
        await _stores.DisposeAsync();
        (_stores, _instances) = Start();
    }

    public static Caller Person(string subject, string issuer = Issuer) => new()
    {
        Issuer = issuer,
        Person = new PersonId(issuer, subject),
        Kind = CallerKind.Person,
        Client = "pages",
        Groups = ["leads"],
        DisplayName = subject,
    };

    public static ApprovalRequest Request(long repository, int quorum = 1)
    {
        var update = new RefUpdate(RefName.Parse("refs/heads/main"), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('2', 40)));
        var person = new PersonId(Issuer, "dana");
        return new ApprovalRequest
        {
            Fingerprint = Fingerprints.OfPush(person, repository, [update]),
            Requester = new Requester(person, "Dana", CallerKind.Person, "s-1"),
            Target = "acme/payments-api",
            Summary = ["push main"],
            Requirements = [new ApprovalRequirement("payments", 0, ["leads"], quorum, [], TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), "a push to main")],
            Snapshot = static _ => ValueTask.FromResult(new ApprovalSnapshot
            {
                Updates = [new SnapshotUpdate("refs/heads/main", SnapshotUpdateKind.Update, new string('1', 40), new string('2', 40))],
            }),
        };
    }

    public ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken) => Tell("opened");

    public ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken) => Tell(approval.Status.ToString());

    public ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken) => Tell("reminded");

    public void Troubled(string what, Exception? exception) => throw new AssertFailedException(what, exception!);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    private (ServiceProvider, (StateApprovalHome, ApprovalDesk, ApprovalClock)[]) Start()
    {
        var stores = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddSqliteStores(_path).BuildServiceProvider();
        return (stores, [Instance(stores), Instance(stores)]);
    }

    private (StateApprovalHome, ApprovalDesk, ApprovalClock) Instance(ServiceProvider stores)
    {
        var (state, ledger, options) = (stores.GetRequiredService<IStateStore>(), stores.GetRequiredService<ILedger>(), new ApprovalOptions());
        var home = new StateApprovalHome(state, new ApprovalTeller(ledger, [this], this, Time), this, options);
        return (
            home,
            new ApprovalDesk(home, state, stores.GetRequiredService<IBlobStore>(), ledger, options, Time),
            new ApprovalClock(home, state, this, options, Time));
    }

    private ValueTask Tell(string what)
    {
        Told.Enqueue(what);
        return ValueTask.CompletedTask;
    }
}
