using Azure.Core;
using Azure.Storage.Blobs;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>The two containers and how to talk to them.</summary>
internal sealed class StorageAccount
{
    private readonly bool _createContainers;

    /// <summary>Makes the clients; talks to nobody yet.</summary>
    public StorageAccount(AzureStorageOptions options, TokenCredential? registered, TimeProvider time)
    {
        var client = new BlobClientOptions
        {
            Retry = { MaxRetries = 0, NetworkTimeout = options.Timeout },
            Diagnostics = { IsTelemetryEnabled = false },
        };
        options.ConfigureClient?.Invoke(client);
        var service = options.ServiceUri is { } uri
            ? new BlobServiceClient(uri, options.Credential ?? registered, client)
            : new BlobServiceClient(options.ConnectionString, client);
        State = service.GetBlobContainerClient(options.StateContainer);
        Ledger = service.GetBlobContainerClient(options.LedgerContainer);
        Retry = new StorageRetry(options.Attempts, options.RetryDelay, time);
        _createContainers = options.CreateContainers;
    }

    /// <summary>Records, blobs, and the note of the Ledger's head.</summary>
    public BlobContainerClient State { get; }

    /// <summary>The Ledger's blobs and nothing else.</summary>
    public BlobContainerClient Ledger { get; }

    /// <summary>How often to try.</summary>
    public StorageRetry Retry { get; }

    /// <summary>Creates what containers are missing, where that is allowed.</summary>
    /// <exception cref="StorageException">The account cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (!_createContainers)
        {
            return;
        }

        foreach (var container in new[] { State, Ledger })
        {
            try
            {
                _ = await Retry.RunAsync(token => container.CreateIfNotExistsAsync(cancellationToken: token), cancellationToken);
            }
            catch (Azure.RequestFailedException refused)
            {
                throw new StorageException($"The container {container.Name} cannot be created: {StorageFailure.Explain(refused)}", refused);
            }
        }
    }
}
