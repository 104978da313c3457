using CursorBroker.Core.Credentials;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Runs the keeper while the host runs, and has every outstanding token revoked when it stops. Register it before what serves requests.</summary>
internal sealed class CredentialKeeperService(CredentialKeeper keeper) : BackgroundService
{
    /// <summary>Longest time that revoking on shutdown takes; platforms give about half a minute in all.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await keeper.StopAsync(StopLimit, cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => keeper.RunAsync(stoppingToken);
}
