using Azure.Core;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Registers the stores that many instances share.</summary>
public static class AzureStorageServices
{
    /// <summary>
    /// The Ledger, its reader, State's records and blobs, all in one storage account. Starting the host opens them and fails with
    /// <see cref="OptionsValidationException"/> when settings are wrong, <see cref="StateUnavailableException"/> when a container cannot be made, or
    /// <see cref="LedgerUnavailableException"/> when the account cannot be used or the ledger was cut or changed.
    /// </summary>
    /// <param name="services">The host's services. A <see cref="TimeProvider"/> and a <see cref="TokenCredential"/> registered there are used.</param>
    /// <param name="configure">Which account.</param>
    public static IServiceCollection AddAzureStorageStores(this IServiceCollection services, Action<AzureStorageOptions> configure) => services
        .AddAzureStorageLedgerReader(configure)
        .AddSingleton<LedgerAppender>(static provider => new LedgerAppender(
            provider.GetRequiredService<LedgerBlobs>(),
            provider.GetRequiredService<LedgerNotes>(),
            Options(provider).LedgerAppendsPerBlob,
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ILedger, AppendBlobLedger>()
        .AddSingleton<IStateStore>(static provider => provider.GetRequiredService<BlobStateStore>())
        .AddSingleton<IBlobStore, BlobBlobStore>()
        .AddSingleton<BlobPurge>()
        .AddHostedService<AzureStorageMaintenance>();

    /// <summary>Only the Ledger's reader: writes nothing, so it works beside running brokers, and an identity that may only read is enough.</summary>
    /// <param name="services">The services. A <see cref="TimeProvider"/> and a <see cref="TokenCredential"/> registered there are used.</param>
    /// <param name="configure">Which account.</param>
    public static IServiceCollection AddAzureStorageLedgerReader(this IServiceCollection services, Action<AzureStorageOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        _ = services.AddLogging();
        services.AddOptions<AzureStorageOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureStorageOptions>, AzureStorageOptionsValidator>(
            static provider => new AzureStorageOptionsValidator(provider.GetService<TokenCredential>())));
        return services
            .AddSingleton(static provider => new StorageAccount(
                Options(provider), provider.GetService<TokenCredential>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<StateBlobs>()
            .AddSingleton<BlobStateStore>()
            .AddSingleton<LedgerBlobs>()
            .AddSingleton(static provider => new LedgerNotes(
                provider.GetRequiredService<BlobStateStore>(), provider.GetRequiredService<LedgerBlobs>()))
            .AddSingleton<ILedgerReader, AppendBlobLedgerReader>();
    }

    private static AzureStorageOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<AzureStorageOptions>>().Value;
}
