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

        // Not by the host's token: a request that would not end may have used the host's patience up, and tokens must not outlive the broker for that.
        await keeper.StopAsync(StopLimit, CancellationToken.None);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => keeper.RunAsync(stoppingToken);
}
