using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>Another instance that does nothing but sweep, when told to.</summary>
internal sealed class Sweep
{
    private readonly CredentialSweeper _sweeper;

    public Sweep(CredentialWorld world)
    {
        Known = new KnownSecrets(world.Time);
        var heartbeat = new InstanceHeartbeat(world.State, world.Observer, world.Time);
        var register = new CredentialRegister(world.State, world.Sealer, heartbeat, Known);
        _sweeper = new CredentialSweeper(world.State, register, heartbeat, world.Mint, world.Observer, world.Time);
    }

    /// <summary>What it masks by value.</summary>
    public KnownSecrets Known { get; }

    public Task OnceAsync() => _sweeper.SweepAsync(CancellationToken.None);
}
