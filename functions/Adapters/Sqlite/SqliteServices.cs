using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Adapters.Sqlite;

/// <summary>Registers the one-machine stores.</summary>
public static class SqliteServices
{
    /// <summary>
    /// The Ledger, its reader, State's records and blobs, all in one directory that this process holds alone. Starting the host opens them and
    /// fails with <see cref="DataDirectoryException"/> when another broker has the directory, or <see cref="LedgerUnavailableException"/> or
    /// <see cref="StateUnavailableException"/> when a file cannot be used.
    /// </summary>
    /// <param name="services">The host's services. A <see cref="TimeProvider"/> registered there is used.</param>
    /// <param name="dataDirectory">The directory; made with mode 0700 if there is none.</param>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(_ => DataDirectory.Open(dataDirectory))
            .AddSingleton<ILedger, SqliteLedger>()
            .AddSingleton<SqliteState>()
            .AddSingleton<StatePurge>()
            .AddSingleton<IStateStore, SqliteStateStore>()
            .AddSingleton<IBlobStore, SqliteBlobStore>()
            .AddSqliteLedgerReader(dataDirectory)
            .AddHostedService<SqliteMaintenance>();
    }

    /// <summary>Only the Ledger's reader: takes no hold of the directory and writes nothing, so it works beside a running broker.</summary>
    /// <param name="services">The services.</param>
    /// <param name="dataDirectory">The broker's data directory.</param>
    public static IServiceCollection AddSqliteLedgerReader(this IServiceCollection services, string dataDirectory) =>
        services.AddSingleton<ILedgerReader>(_ => new SqliteLedgerReader(Path.GetFullPath(dataDirectory)));
}
