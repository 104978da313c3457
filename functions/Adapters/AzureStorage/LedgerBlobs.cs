using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// The Ledger's append blobs, one request a method. Their content is the export's form (<see cref="LedgerExport"/>), so that the blobs, one after
/// the other, are a file that <c>audit verify --file</c> takes. Nothing here changes or deletes what is there: the container may be immutable.
/// </summary>
internal sealed class LedgerBlobs(StorageAccount account)
{
    private const string LimitKey = "appends";
    private const string PreviousKey = "previous";

    /// <summary>Bounded tries.</summary>
    public StorageRetry Retry => account.Retry;

    /// <summary>The container's name.</summary>
    public string Container => account.Ledger.Name;

    /// <summary>Makes the blob that follows a head, unless somebody has. Everybody would make the same one.</summary>
    /// <param name="head">The newest record, which the new blob names in its metadata.</param>
    /// <param name="limit">Appends that it takes.</param>
    public async ValueTask CreateAsync(LedgerHead head, int limit)
    {
        var options = new AppendBlobCreateOptions
        {
            Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
            Metadata = new Dictionary<string, string>
            {
                [LimitKey] = limit.ToString(CultureInfo.InvariantCulture),
                [PreviousKey] = head.ToString(),
            },
        };
        try
        {
            _ = await Retry.RunAsync(token => Blob(head.Sequence + 1).CreateAsync(options, token), CancellationToken.None);
        }
        catch (RequestFailedException exists) when (exists.Status is 409 or 412)
        {
            // Ours from a try before, or somebody else's, which an immutable container protects: the caller reads what it says.
        }
    }

    /// <summary>What a blob holds, as of now; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is none that a broker made.</exception>
    public async ValueTask<LedgerBlob?> FindAsync(long first, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await Retry.RunAsync(token => Blob(first).GetPropertiesAsync(cancellationToken: token), cancellationToken)).Value;
            return Describe(first, found.Metadata, found.BlobType, found.BlobCommittedBlockCount, found.ContentLength, found.ETag);
        }
        catch (RequestFailedException absent) when (StorageFailure.IsAbsent(absent))
        {
            return null;
        }
    }

    /// <summary>A blob's content from a place between two lines to its end as of now; null when there is no such blob.</summary>
    /// <returns>The caller disposes it. Its blob is shorter than <paramref name="from"/> if that is all there is.</returns>
    /// <exception cref="InvalidDataException">It is none that a broker made.</exception>
    public async ValueTask<LedgerPart?> OpenAsync(long first, long from, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var options = new BlobDownloadOptions { Range = new HttpRange(from) };
                var part = (await Retry.RunAsync(token => Blob(first).DownloadStreamingAsync(options, token), cancellationToken)).Value;
                var details = part.Details;
                return new LedgerPart(
                    Describe(first, details.Metadata, details.BlobType, details.BlobCommittedBlockCount, from + details.ContentLength, details.ETag), part);
            }
            catch (RequestFailedException absent) when (StorageFailure.IsAbsent(absent))
            {
                return null;
            }
            catch (RequestFailedException beyond) when (beyond.Status == 416)
            {
                // Nothing there: unless something has come since, that is the answer.
                var blob = await FindAsync(first, cancellationToken);
                if (blob is null || blob.Length <= from)
                {
                    return blob is null ? null : new LedgerPart(blob, null);
                }
            }
        }
    }

    /// <summary>Some bytes of a blob.</summary>
    /// <param name="first">The blob.</param>
    /// <param name="from">Where they begin.</param>
    /// <param name="length">How many; fewer come when it is shorter.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(long first, long from, long length, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(from, length) };
        try
        {
            return (await Retry.RunAsync(token => Blob(first).DownloadContentAsync(options, token), cancellationToken)).Value.Content.ToMemory();
        }
        catch (RequestFailedException beyond) when (beyond.Status == 416)
        {
            return default;
        }
    }

    /// <summary>Appends a block if the blob is exactly as it was read, once; what the service answered.</summary>
    public async Task<BlobAppendInfo> AppendAsync(LedgerTail tail, byte[] block)
    {
        using var content = new MemoryStream(block, writable: false);
        var options = new AppendBlobAppendBlockOptions
        {
            Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = tail.Length, IfMatch = tail.ETag },
        };
        return await Blob(tail.Blob).AppendBlockAsync(content, options, CancellationToken.None);
    }

    /// <summary>The blobs there are, in order, by the numbers of their first records.</summary>
    public async IAsyncEnumerable<long> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var from = next;
            var page = await Retry.RunAsync(token => PageAsync(from, token), cancellationToken);
            foreach (var first in page.Values.Select(static item => LedgerTail.FirstIn(item.Name)).OfType<long>())
            {
                yield return first;
            }

            next = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    private async Task<Page<BlobItem>> PageAsync(string? from, CancellationToken cancellationToken)
    {
        await foreach (var page in account.Ledger.GetBlobsAsync(new GetBlobsOptions(), cancellationToken).AsPages(from))
        {
            return page;
        }

        throw new StorageException("the service listed nothing, not even an empty page.");
    }

    private static LedgerBlob Describe(long first, IDictionary<string, string> metadata, BlobType type, int appends, long length, ETag etag) =>
        type == BlobType.Append
        && metadata.TryGetValue(LimitKey, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
        && LedgerTail.IsPossible(limit)
        && metadata.TryGetValue(PreviousKey, out var previous)
        && LedgerHead.TryParse(previous, out var head)
            ? new LedgerBlob(first, limit, appends, length, etag, head)
            : throw NotOurs(first);

    private AppendBlobClient Blob(long first) => account.Ledger.GetAppendBlobClient(LedgerTail.NameOf(first));

    private static InvalidDataException NotOurs(long first) => new(
        $"{LedgerTail.NameOf(first)} is not a blob that a broker made. Verify the ledger, keep it, and start a new one in another container.");
}
