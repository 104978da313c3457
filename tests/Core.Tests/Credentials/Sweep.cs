using CursorBroker.Core.Credentials;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>Another instance that does nothing but sweep, when told to.</summary>
internal sealed class Sweep
{
    private readonly CredentialSweeper _sweeper;

    public Sweep(CredentialWorld world)
    {
        var heartbeat = new InstanceHeartbeat(world.State, world.Observer, world.Time);
        var register = new CredentialRegister(world.State, world.Sealer, heartbeat);
        _sweeper = new CredentialSweeper(world.State, register, heartbeat, world.Mint, world.Observer, world.Time);
    }

    public Task OnceAsync() => _sweeper.SweepAsync(CancellationToken.None);
}
