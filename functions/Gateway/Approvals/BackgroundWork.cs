using Microsoft.Extensions.Hosting;

namespace CursorBroker.Gateway.Approvals;

/// <summary>Runs something for as long as the host runs.</summary>
internal sealed class BackgroundWork(Func<CancellationToken, Task> run) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await run(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was not done is in State.
        }
    }
}
