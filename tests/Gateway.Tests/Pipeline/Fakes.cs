using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>A ledger in memory that can be down.</summary>
internal sealed class FakeLedger : ILedger
{
    public List<AuditEvent> Events { get; } = [];

    /// <summary>Called before events become durable; throws to be down.</summary>
    public Action<IReadOnlyList<AuditEvent>> OnAppend { get; set; } = static _ => { };

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        OnAppend(events);
        lock (Events)
        {
            Events.AddRange(events);
        }

        return ValueTask.CompletedTask;
    }

    public T Single<T>()
        where T : AuditEvent => Events.OfType<T>().Single();
}

/// <summary>Knows one token.</summary>
internal sealed class FakeAuthenticator(Caller caller) : ICallerAuthenticator
{
    public const string GoodToken = "good-token";

    public AuthenticationOutcome? Instead { get; set; }

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(PresentedToken token, IReadOnlyList<IssuerSettings> issuers, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Instead ?? (token.Reveal() == GoodToken
            ? new AuthenticationOutcome.Authenticated(caller)
            : new AuthenticationOutcome.Rejected(AuthenticationFailure.BadSignature, "not the good token")));
}

/// <summary>Hands out one made-up credential per request and remembers what was asked.</summary>
internal sealed class FakeVault : ICredentialVault
{
    public const string Secret = "ghs_1_thisIsTheInstallationTokenThatMustNeverLeave";

    public List<(RepositoryName Repository, PermissionSet Permissions, TimeSpan Lifetime)> Asked { get; } = [];

    public int Released { get; private set; }

    public LeaseOutcome.Failed? Instead { get; set; }

    public Exception? Throws { get; set; }

    public ValueTask<LeaseOutcome> AcquireAsync(RepositoryName repository, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Asked.Add((repository, permissions, lifetime));
        if (Throws is not null)
        {
            throw Throws;
        }

        return ValueTask.FromResult<LeaseOutcome>(Instead is not null ? Instead : new LeaseOutcome.Leased(new Lease(
            this, new Credential(Secret, new RepositoryIdentity(7, RepositoryName.Parse("Acme/Payments-API")), permissions, DateTimeOffset.MaxValue))));
    }

    private sealed class Lease(FakeVault vault, Credential credential) : ICredentialLease
    {
        public Credential Credential => credential;

        public bool IsFresh => true;

        public ValueTask DisposeAsync()
        {
            vault.Released++;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A policy that is there, or not.</summary>
internal sealed class FakePolicy(PolicySet? current) : IPolicySource
{
    public PolicySet? Current => current;

    public PolicyStatus Status => new(current?.Version, null, current is null ? "there is none" : null);
}

/// <summary>State in memory: honest about versions, never expires.</summary>
internal sealed class FakeState : IStateStore
{
    private readonly ConcurrentDictionary<StateKey, StateRecord> _records = new();
    private long _version;

    public Exception? Throws { get; set; }

    public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken) =>
        Throws is null ? ValueTask.FromResult(_records.GetValueOrDefault(key)) : throw Throws;

    public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var record = Record(key, value, expires);
        return ValueTask.FromResult(_records.TryAdd(key, record) ? record.Version : null);
    }

    public ValueTask<StateVersion?> ReplaceAsync(StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var record = Record(key, value, expires);
        return ValueTask.FromResult(_records.TryGetValue(key, out var old) && old.Version == expected && _records.TryUpdate(key, record, old) ? record.Version : null);
    }

    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_records.TryGetValue(key, out var old) && old.Version == expected && _records.TryRemove(KeyValuePair.Create(key, old)));

    public async IAsyncEnumerable<StateRecord> ListAsync(string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var record in _records.Values.Where(record => record.Key.Collection == collection))
        {
            await Task.Yield();
            yield return record;
        }
    }

    private StateRecord Record(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires) =>
        new(key, value.ToArray(), new StateVersion(Interlocked.Increment(ref _version).ToString(System.Globalization.CultureInfo.InvariantCulture)), expires);
}
