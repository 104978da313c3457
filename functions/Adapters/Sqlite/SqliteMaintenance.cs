using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>Opens the stores before the host serves anything, so that a directory in use or a damaged file stops the start; then purges State.</summary>
internal sealed partial class SqliteMaintenance(ILedger ledger, StatePurge purge, TimeProvider time, ILogger<SqliteMaintenance> log) : BackgroundService
{
    /// <summary>How often expired State is taken out.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.AppendAsync([], cancellationToken);
        _ = await purge.DeleteBrokenUploadsAsync(cancellationToken);
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

    [LoggerMessage(7001, LogLevel.Debug, "Purged {Count} expired items from State")]
    private partial void LogPurged(int count);

    [LoggerMessage(7002, LogLevel.Warning, "Expired items could not be purged from State; trying again later")]
    private partial void LogNotPurged(Exception reason);
}
