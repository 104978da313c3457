using System.Collections.Concurrent;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Core.Tests.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>A clock, State, a ledger, and desks on them, as a cluster of instances has them.</summary>
internal sealed class ApprovalWorld
{
    public ApprovalWorld()
    {
        State = new SwitchableState(new InMemoryStateStore(Time));
        Blobs = new InMemoryBlobStore(Time);
        Here = new Instance(this);
        There = new Instance(this);
    }

    public FakeTimeProvider Time { get; } = new(Approving.Start);

    public SwitchableState State { get; }

    public InMemoryBlobStore Blobs { get; }

    public FakeLedger Ledger { get; } = new();

    public FakeApprovalObserver Observer { get; } = new();

    public ConcurrentQueue<string> Troubles { get; } = [];

    public ApprovalOptions Options { get; init; } = new();

    /// <summary>One instance.</summary>
    public Instance Here { get; private set; }

    /// <summary>Another instance.</summary>
    public Instance There { get; }

    public ApprovalDesk Desk => Here.Desk;

    /// <summary>The process dies and another starts: nothing is left but what was stored.</summary>
    public void Restart() => Here = new Instance(this);

    public ValueTask<Approval> OpenAsync(Fingerprint? print = null, params ApprovalRequirement[] requirements) =>
        Desk.OpenAsync(Approving.Request(print, requirements), CancellationToken.None);

    public async Task<Approval> OpenApprovedAsync(params ApprovalRequirement[] requirements)
    {
        var opened = await OpenAsync(null, requirements);
        return Approving.Moved(await VoteAsync(opened), ApprovalStatus.Approved);
    }

    public ValueTask<ApprovalStep?> VoteAsync(
        Approval approval, Core.Identity.Caller? who = null, ApprovalVerdict verdict = ApprovalVerdict.Approve, string reason = "") =>
        Desk.VoteAsync(approval.Id, who ?? Approving.Lee, verdict, reason, CancellationToken.None);

    public ValueTask<ApprovalStep?> UseAsync(Approval approval, Fingerprint? print = null, string request = "r-1", params ApprovalRequirement[] required) =>
        UseAsync(Here, approval, print, request, required);

    public static ValueTask<ApprovalStep?> UseAsync(
        Instance instance, Approval approval, Fingerprint? print = null, string request = "r-1", params ApprovalRequirement[] required) =>
        instance.Desk.UseAsync(
            approval.Id, print ?? approval.Fingerprint, required.Length == 0 ? approval.Requirements : required, request, CancellationToken.None);

    public async Task<Approval> FindAsync(Approval approval)
    {
        var found = await Desk.FindAsync(approval.Id, CancellationToken.None);
        Assert.IsNotNull(found);
        return found;
    }

    public async Task<List<StateRecord>> RecordsAsync(string collection) => await State.ListAsync(collection, CancellationToken.None).ToListAsync();

    /// <summary>A home, its clock and a desk.</summary>
    internal sealed class Instance : IApprovalTrouble
    {
        private readonly ApprovalWorld _world;

        public Instance(ApprovalWorld world)
        {
            _world = world;
            var teller = new ApprovalTeller(world.Ledger, [world.Observer], this, world.Time);
            Home = new StateApprovalHome(world.State, teller, this, world.Options);
            Clock = new ApprovalClock(Home, world.State, this, world.Options, world.Time);
            Desk = new ApprovalDesk(Home, world.State, world.Blobs, world.Ledger, world.Options, world.Time);
        }

        public StateApprovalHome Home { get; }

        public ApprovalClock Clock { get; }

        public ApprovalDesk Desk { get; }

        public void Troubled(string what, Exception? exception) => _world.Troubles.Enqueue(what);
    }
}

/// <summary>Keeps what it was asked to, and can be down.</summary>
internal sealed class FakeLedger : ILedger
{
    private readonly ConcurrentQueue<AuditEvent> _events = [];

    /// <summary>Says yes to what it must refuse.</summary>
    public Func<AuditEvent, bool> IsDownFor { get; set; } = static _ => false;

    public IReadOnlyCollection<AuditEvent> Events => _events;

    /// <summary>The kinds recorded so far, in order.</summary>
    public string Kinds => string.Join(' ', _events.Select(static e => e is ApprovalMoved moved ? $"Is{moved.Status}" : e.GetType().Name));

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (events.Any(IsDownFor))
        {
            throw new LedgerUnavailableException("down");
        }

        foreach (var auditEvent in events)
        {
            _events.Enqueue(auditEvent);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps what it was told, and can fail.</summary>
internal sealed class FakeApprovalObserver : IApprovalObserver
{
    public ConcurrentQueue<string> Told { get; } = [];

    public Exception? Fails { get; set; }

    public string Story => string.Join(' ', Told);

    private (string What, TaskCompletionSource Came)? _awaited;

    /// <summary>Completes when it is told that.</summary>
    public Task WaitForAsync(string what)
    {
        _awaited = (what, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _awaited.Value.Came.Task;
    }

    public ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken) => Tell("opened", cancellationToken);

    public ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken) => Tell(approval.Status.ToString(), cancellationToken);

    public ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken) => Tell("reminded", cancellationToken);

    private ValueTask Tell(string what, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Fails is not null)
        {
            throw Fails;
        }

        Told.Enqueue(what);
        if (_awaited is var (awaited, came) && awaited == what)
        {
            came.SetResult();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>State that fails where a test says: a crash is everything failing from some point on.</summary>
internal sealed class SwitchableState(InMemoryStateStore store) : IStateStore
{
    /// <summary>Says yes to the operation and collection that must fail.</summary>
    public Func<string, string, bool> IsDown { get; set; } = static (_, _) => false;

    /// <summary>Runs once after the next read, before the reader can act on it: another instance that is quicker.</summary>
    public void AfterNextRead(Func<ValueTask> interruption) => store.AfterNextRead = interruption;

    /// <summary>Runs once before the next operation of that name on that collection.</summary>
    public (string Operation, string Collection, Func<ValueTask> Act)? BeforeNext { get; set; }

    public async ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        await CheckAsync("read", key.Collection);
        return await store.ReadAsync(key, cancellationToken);
    }

    public async ValueTask<StateVersion?> CreateAsync(
        StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        await CheckAsync("create", key.Collection);
        return await store.CreateAsync(key, value, expires, cancellationToken);
    }

    public async ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        await CheckAsync("replace", key.Collection);
        return await store.ReplaceAsync(key, value, expected, expires, cancellationToken);
    }

    public async ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        await CheckAsync("delete", key.Collection);
        return await store.DeleteAsync(key, expected, cancellationToken);
    }

    public async IAsyncEnumerable<StateRecord> ListAsync(
        string collection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CheckAsync("list", collection);
        await foreach (var record in store.ListAsync(collection, cancellationToken))
        {
            yield return record;
        }
    }

    private async ValueTask CheckAsync(string operation, string collection)
    {
        if (BeforeNext is var (what, where, act) && what == operation && where == collection)
        {
            BeforeNext = null;
            await act();
        }

        if (IsDown(operation, collection))
        {
            throw new StateUnavailableException($"{operation} of {collection} is down");
        }
    }
}
