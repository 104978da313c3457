using System.Globalization;
using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.CrashChild;

/// <summary>Writes to a storage account that others write to as well.</summary>
internal static class AccountWriter
{
    private const int Writers = 8;

    /// <summary>Appends for ever, names beginning with this process's own.</summary>
    public static async Task AppendAsync(string connection, string suffix, string name)
    {
        await using var stores = Stores(connection, suffix);
        var ledger = stores.GetRequiredService<ILedger>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; ; round++)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{name}-{writer}-{round}");
                await ledger.AppendAsync([Event(text + "-intent"), Event(text + "-completed")], CancellationToken.None);
                Console.Out.Write($"ledger {text}.\n");
            }
        })));
    }

    /// <summary>Tries to create one record after the other, and tells which it did.</summary>
    public static async Task CreateAsync(string connection, string suffix, string name, int count)
    {
        await using var stores = Stores(connection, suffix);
        var state = stores.GetRequiredService<IStateStore>();
        Console.Out.Write($"ready {name}.\n");
        _ = await Console.In.ReadLineAsync();
        for (var i = 0; i < count; i++)
        {
            var key = new StateKey("race", i.ToString(CultureInfo.InvariantCulture));
            if (await state.CreateAsync(key, System.Text.Encoding.ASCII.GetBytes(name), expires: null, CancellationToken.None) is not null)
            {
                Console.Out.Write($"won {i}.\n");
            }
        }
    }

    private static ServiceProvider Stores(string connection, string suffix) => new ServiceCollection()
        .AddAzureStorageStores(options =>
        {
            options.ConnectionString = connection;
            options.StateContainer = $"state-{suffix}";
            options.LedgerContainer = $"ledger-{suffix}";
            options.LedgerAppendsPerBlob = 25;
        })
        .BuildServiceProvider();

    private static BrokerStopped Event(string name) => new BrokerStopped(name) { At = DateTimeOffset.UnixEpoch };
}
