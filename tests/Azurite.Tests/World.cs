using System.Security.Cryptography;
using Azure.Storage.Blobs;
using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Azurite.Tests;

/// <summary>Two containers of their own for a test, and instances of the stores on them, made as a host makes them.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly List<ServiceProvider> _instances = [];

    /// <summary>Distinguishes this test's containers.</summary>
    public string Suffix { get; } = RandomNumberGenerator.GetHexString(12, lowercase: true);

    public string StateContainer => $"state-{Suffix}";

    public string LedgerContainer => $"ledger-{Suffix}";

    /// <summary>The containers from outside the product, as anybody with the key has them.</summary>
    public BlobContainerClient State => new(Azurite.ConnectionString, StateContainer);

    public BlobContainerClient Ledger => new(Azurite.ConnectionString, LedgerContainer);

    public static async Task<World> StartAsync()
    {
        var world = new World();
        _ = await world.State.CreateAsync();
        _ = await world.Ledger.CreateAsync();
        return world;
    }

    /// <summary>An instance of the stores.</summary>
    public Instance Open(TimeProvider? time = null, Action<AzureStorageOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var faults = new FaultTransport();
        var services = new ServiceCollection().AddAzureStorageStores(options =>
        {
            options.ConnectionString = Azurite.ConnectionString;
            options.StateContainer = StateContainer;
            options.LedgerContainer = LedgerContainer;
            options.RetryDelay = TimeSpan.Zero;
            options.ConfigureClient = client => client.Transport = faults;
            configure?.Invoke(options);
        });
        if (time is not null)
        {
            _ = services.AddSingleton(time);
        }

        more?.Invoke(services);
        var provider = services.BuildServiceProvider();
        _instances.Add(provider);
        return new Instance(provider, faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }
    }
}

/// <summary>One instance of the stores.</summary>
internal sealed class Instance(ServiceProvider provider, FaultTransport faults)
{
    public FaultTransport Faults => faults;

    public ServiceProvider Services => provider;

    public IStateStore State => provider.GetRequiredService<IStateStore>();

    public IBlobStore Blobs => provider.GetRequiredService<IBlobStore>();

    public ILedger Ledger => provider.GetRequiredService<ILedger>();

    public ILedgerReader Reader => provider.GetRequiredService<ILedgerReader>();

    public Task<int> PurgeAsync() => provider.GetRequiredService<BlobPurge>().DeleteExpiredAsync(CancellationToken.None).AsTask();
}
