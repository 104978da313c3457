using Azure.Storage.Blobs.Models;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>The end of one of the Ledger's blobs, being read.</summary>
/// <param name="blob">The blob as it was when it was opened: its length is where this part ends.</param>
/// <param name="content">The content; null when there is none.</param>
internal sealed class LedgerPart(LedgerBlob blob, BlobDownloadStreamingResult? content) : IDisposable
{
    /// <summary>The blob.</summary>
    public LedgerBlob Blob => blob;

    /// <summary>The records, streaming, once. A failure on the way is the caller's to repeat.</summary>
    /// <exception cref="InvalidDataException">A line is not a record's.</exception>
    public IAsyncEnumerable<LedgerRecord> ReadAsync(CancellationToken cancellationToken) =>
        LedgerExport.ReadAsync(content?.Content ?? Stream.Null, cancellationToken);

    /// <summary>Gives the connection back.</summary>
    public void Dispose() => content?.Dispose();
}
