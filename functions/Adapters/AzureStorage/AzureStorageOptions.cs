using Azure.Core;
using Azure.Storage.Blobs;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Which storage account to keep State and the Ledger in. Either <see cref="ServiceUri"/> or <see cref="ConnectionString"/>.</summary>
public sealed class AzureStorageOptions
{
    /// <summary>The account's blob endpoint, <c>https://ACCOUNT.blob.core.windows.net</c>. Used with a credential.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>Who the broker is for the account; the <see cref="TokenCredential"/> registered in the host's services unless set here.</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>A connection string with a key: for an emulator and development. Never printed.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The container for State's records and blobs, and for the note of the Ledger's head. Default <c>state</c>.</summary>
    public string StateContainer { get; set; } = "state";

    /// <summary>
    /// The container for the Ledger alone. May be immutable if appending stays allowed ("protected append"). Default <c>ledger</c>.
    /// </summary>
    public string LedgerContainer { get; set; } = "ledger";

    /// <summary>Whether to create containers that are missing. Off: a deployment makes them, with the protection that they need.</summary>
    public bool CreateContainers { get; set; }

    /// <summary>
    /// Appends after which the Ledger goes on in a new blob. 1 to 49,000; 40,000. The service takes at most 50,000. Each blob keeps the number it
    /// was made with, so that brokers with different settings agree on where it ends.
    /// </summary>
    public int LedgerAppendsPerBlob { get; set; } = LedgerTail.DefaultAppends;

    /// <summary>Most tries of one request; between them waits that double from <see cref="RetryDelay"/>. 1 to 10; 4.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>The first wait between tries; the longest is ten times that. 0 to 2 seconds; 200 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait for one answer. 1 to 60 seconds; 10.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Last change to the client's own options, for tests that stand between client and service.</summary>
    internal Action<BlobClientOptions>? ConfigureClient { get; set; }
}
