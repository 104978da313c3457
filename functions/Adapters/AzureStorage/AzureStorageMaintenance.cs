using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Opens the stores before the host serves anything, so that an account that cannot be used or a damaged ledger stops the start; then purges State.</summary>
internal sealed partial class AzureStorageMaintenance(
    StorageAccount account, ILedger ledger, BlobPurge purge, TimeProvider time, ILogger<AzureStorageMaintenance> log) : BackgroundService
{
    /// <summary>How often expired State is taken out.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">A container is missing and cannot be made.</exception>
    /// <exception cref="LedgerUnavailableException">The account cannot be used, or the ledger was cut or changed.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = await StateGuard.RunAsync("opened", async () =>
        {
            await account.PrepareAsync(cancellationToken);
            return true;
        });
        await ledger.AppendAsync([], cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                LogPurged(await purge.DeleteExpiredAsync(stoppingToken));
            }
            catch (StateUnavailableException unavailable)
            {
                // Purging only saves room; those who need State refuse by themselves.
                LogNotPurged(unavailable);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(7101, LogLevel.Debug, "Purged {Count} expired items from State")]
    private partial void LogPurged(int count);

    [LoggerMessage(7102, LogLevel.Warning, "Expired items could not be purged from State; trying again later")]
    private partial void LogNotPurged(Exception reason);
}
