using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>A clock, State, a mint and keepers on them, as a cluster of instances has them.</summary>
internal sealed class CredentialWorld : IAsyncDisposable
{
    public static readonly RepositoryName Pay = RepositoryName.Parse("acme/payments-api");
    public static readonly RepositoryName Web = RepositoryName.Parse("acme/payments-web");
    public static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly List<(CredentialKeeper Keeper, CancellationTokenSource Stop, Task Work)> _running = [];

    public CredentialWorld()
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        Known = new KnownSecrets(Time);
        State = new FakeState(Time);
        Mint = new FakeMint(Time);
    }

    public FakeTimeProvider Time { get; }

    /// <summary>What the keepers mask by value.</summary>
    public KnownSecrets Known { get; }

    public FakeState State { get; }

    public FakeSealer Sealer { get; set; } = new();

    public FakeMint Mint { get; }

    public FakeObserver Observer { get; } = new();

    /// <summary>A keeper whose background work does not run.</summary>
    public CredentialKeeper Idle() => new(Mint, State, Sealer, Observer, Time, Known);

    /// <summary>A keeper whose background work runs until the test ends.</summary>
    public CredentialKeeper Run()
    {
        var keeper = Idle();
        var stop = new CancellationTokenSource();
        _running.Add((keeper, stop, keeper.RunAsync(stop.Token)));
        return keeper;
    }

    /// <summary>Takes a keeper away as a crash does: nothing more of it runs, nothing of it is cleaned up.</summary>
    public async Task CrashAsync(CredentialKeeper keeper)
    {
        var (_, stop, work) = _running.Single(running => running.Keeper == keeper);
        await stop.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static async Task<ICredentialLease> LeaseAsync(
        CredentialKeeper keeper, RepositorySet? repositories = null, PermissionSet? permissions = null, TimeSpan? lifetime = null)
    {
        var outcome = await keeper.Vault.AcquireAsync(
            repositories ?? Pay, permissions ?? PermissionSet.ContentsRead, lifetime ?? TenMinutes, CancellationToken.None);
        return Assert.IsInstanceOfType<LeaseOutcome.Leased>(outcome).Lease;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (keeper, stop, work) in _running)
        {
            await stop.CancelAsync();
            try
            {
                await work;
            }
            catch (OperationCanceledException)
            {
                // How background work ends. Anything else fails the test.
            }

            keeper.Dispose();
            stop.Dispose();
        }
    }
}
