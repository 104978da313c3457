using System.Threading.Channels;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>A ledger in memory that can be down.</summary>
internal sealed class FakeLedger : ILedger
{
    private readonly List<AuditEvent> _events = [];

    /// <summary>What is in it now; the end of a request is written after its answer.</summary>
    public IReadOnlyList<AuditEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Called before events become durable; throws to be down.</summary>
    public Action<IReadOnlyList<AuditEvent>> OnAppend { get; set; } = static _ => { };

    /// <summary>What durability waits for, and may fail with.</summary>
    public Func<IReadOnlyList<AuditEvent>, Task> Durable { get; set; } = static _ => Task.CompletedTask;

    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        OnAppend(events);
        await Durable(events);
        lock (_events)
        {
            _events.AddRange(events);
        }
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

    private static readonly RepositoryName PaymentsApi = RepositoryName.Parse("Acme/Payments-API");

    public List<(RepositorySet Repositories, PermissionSet Permissions, TimeSpan Lifetime)> Asked { get; } = [];

    private readonly Channel<bool> _released = Channel.CreateUnbounded<bool>();

    /// <summary>Until so many leases were given back: the last one goes after the answer, which the client may see first.</summary>
    public async Task ReleasedAsync(int leases)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        for (var i = 0; i < leases; i++)
        {
            await _released.Reader.ReadAsync(patience.Token);
        }

        Assert.AreEqual(0, _released.Reader.Count, "more leases were given back than that");
    }

    public LeaseOutcome.Failed? Instead { get; set; }

    public Exception? Throws { get; set; }

    /// <summary>Which repositories the credential opens; those that were asked for.</summary>
    public Func<RepositorySet, RepositorySet> Opens { get; set; } = static asked => asked;

    /// <summary>GitHub's id of the (first) repository that has the name when the credential is minted.</summary>
    public Func<PermissionSet, long> IdFor { get; set; } = static _ => 7;

    public ValueTask<LeaseOutcome> AcquireAsync(RepositorySet repositories, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Asked.Add((repositories, permissions, lifetime));
        if (Throws is not null)
        {
            throw Throws;
        }

        return ValueTask.FromResult<LeaseOutcome>(Instead is not null ? Instead : new LeaseOutcome.Leased(new Lease(
            this, new Credential(Secret, [.. Opens(repositories).Items.Select((name, i) => new RepositoryIdentity(IdFor(permissions) + i, AsGitHubWritesIt(name)))], permissions, DateTimeOffset.MaxValue))));
    }

    private static RepositoryName AsGitHubWritesIt(RepositoryName name) => name.Equals(PaymentsApi) ? PaymentsApi : name;

    private sealed class Lease(FakeVault vault, Credential credential) : ICredentialLease
    {
        public Credential Credential => credential;

        public bool IsFresh => true;

        public ValueTask DisposeAsync()
        {
            vault._released.Writer.TryWrite(true);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Mints made-up tokens for callers themselves, and remembers what became of them.</summary>
internal sealed class FakeTokens : ITokenHandOut
{
    public const string Secret = "ghs_1_thisOneIsForTheCallerItself";

    public List<(RepositoryName Repository, PermissionSet Permissions, TimeSpan Lifetime)> Asked { get; } = [];

    public List<string> TakenBack { get; } = [];

    public LeaseOutcome.Failed? Instead { get; set; }

    /// <summary>Which repository the token opens; the one that was asked for.</summary>
    public Func<RepositoryName, RepositoryName> Opens { get; set; } = static asked => asked;

    public ValueTask<HandOutOutcome> MintAsync(RepositoryName repository, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Asked.Add((repository, permissions, lifetime));
        var end = TimeProvider.System.GetUtcNow() + lifetime;
        return ValueTask.FromResult<HandOutOutcome>(Instead is not null
            ? new HandOutOutcome.Failed(Instead)
            : new HandOutOutcome.Minted(new Credential(Secret, new RepositoryIdentity(7, Opens(repository)), permissions.Union(PermissionSet.MetadataRead), end), end));
    }

    public void TakeBack(Credential credential) => TakenBack.Add(credential.Reveal());
}

/// <summary>A policy that is there, or not.</summary>
internal sealed class FakePolicy(PolicySet? current) : IPolicySource
{
    public PolicySet? Current { get; set; } = current;

    public PolicyStatus Status => new(Current?.Version, null, Current is null ? "there is none" : null);
}
