using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// State's blobs and the one safe way to change them. Each write has an id of its own in the blob's metadata; when an answer is lost the write is
/// repeated under the same condition, and if that no longer holds, the id tells whose write is there.
/// </summary>
internal sealed class StateBlobs(StorageAccount account, TimeProvider time)
{
    /// <summary>Where records lie.</summary>
    public const string Records = "records";

    /// <summary>Where larger things lie.</summary>
    public const string Blobs = "blobs";

    /// <summary>Rounds of finding something in the way and it being gone by the next request. Each means that somebody else got on.</summary>
    private const int MostRounds = 8;

    /// <summary>An id may be <c>..</c>, which an address would swallow; with this behind it, it is a name like any other.</summary>
    private const string Ending = ".bin";

    /// <summary>Bounded tries.</summary>
    public StorageRetry Retry => account.Retry;

    /// <summary>The present, by which blobs have expired or not.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The blob of a key.</summary>
    /// <exception cref="ArgumentException">The key is outside the rules.</exception>
    public BlockBlobClient Blob(string kind, StateKey key)
    {
        key.ThrowIfInvalid();
        return account.State.GetBlockBlobClient($"{kind}/{key.Collection}/{key.Id}{Ending}");
    }

    /// <summary>A blob's stamp; null when there is none.</summary>
    public async ValueTask<(Stamp Stamp, long Length)?> FindAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Retry.RunAsync(token => blob.GetPropertiesAsync(cancellationToken: token), cancellationToken);
            return (Stamp.Read(found.Value.Metadata, found.Value.ETag), found.Value.ContentLength);
        }
        catch (RequestFailedException absent) when (StorageFailure.IsAbsent(absent))
        {
            return null;
        }
    }

    /// <summary>Writes where no live blob is, taking the place of one that has expired. Null when a live one is there.</summary>
    /// <param name="blob">Where.</param>
    /// <param name="write">The write's id, which <paramref name="send"/> puts into the metadata.</param>
    /// <param name="send">Sends the write under a condition; may be called several times.</param>
    public async ValueTask<ETag?> CreateAsync(BlockBlobClient blob, string write, Func<BlobRequestConditions, Task<ETag>> send)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await ChangeAsync(blob, write, () => send(new BlobRequestConditions { IfNoneMatch = ETag.All })) is { } created)
            {
                return created;
            }

            if (await FindAsync(blob, CancellationToken.None) is not { } there)
            {
                continue;
            }

            if (!there.Stamp.HasExpired(Now))
            {
                return null;
            }

            if (await ChangeAsync(blob, write, () => send(new BlobRequestConditions { IfMatch = there.Stamp.ETag })) is { } replaced)
            {
                return replaced;
            }
        }

        throw new StorageException("others keep creating and removing the same blob.");
    }

    /// <summary>Sends a conditional write until its outcome is known: the new ETag, or null when its condition did not hold.</summary>
    /// <remarks>Not cancelled once begun: whoever stopped waiting would not know whether it was done.</remarks>
    /// <exception cref="StorageException">It failed, or nobody can tell whether it was done.</exception>
    public async ValueTask<ETag?> ChangeAsync(BlockBlobClient blob, string write, Func<Task<ETag>> send)
    {
        var doubt = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await send();
            }
            catch (RequestFailedException failed) when (StorageFailure.IsConditionNotMet(failed))
            {
                return doubt ? await ResolveAsync(blob, write) : null;
            }
            catch (Exception failed) when (StorageRetry.IsOurs(failed, CancellationToken.None))
            {
                doubt |= StorageFailure.FateOf(failed) is Fate.Unknown;
                if (doubt && attempt == Retry.Attempts && await FindAsync(blob, CancellationToken.None) is { } there && there.Stamp.Write == write)
                {
                    return there.Stamp.ETag;
                }

                await Retry.PauseOrGiveUpAsync(attempt, failed, CancellationToken.None);
            }
        }
    }

    /// <summary>All blobs under a prefix that are there at all, with their stamps. Pages are fetched as they are needed.</summary>
    public async IAsyncEnumerable<(string Name, Stamp Stamp)> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var from = next;
            var page = await Retry.RunAsync(token => PageAsync(prefix, from, token), cancellationToken);
            foreach (var item in page.Values)
            {
                yield return (item.Name, Stamp.Read(item.Metadata ?? new Dictionary<string, string>(), item.Properties.ETag ?? default));
            }

            next = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>Removes a blob if it is still the one that was read. Nothing depends on it: whoever calls has made sure that it no longer counts.</summary>
    public async ValueTask<bool> RemoveAsync(string name, ETag etag, CancellationToken cancellationToken)
    {
        var conditions = new BlobRequestConditions { IfMatch = etag };
        try
        {
            _ = await Retry.RunAsync(
                token => account.State.GetBlobClient(name).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, token), cancellationToken);
            return true;
        }
        catch (RequestFailedException gone) when (StorageFailure.IsConditionNotMet(gone) || StorageFailure.IsAbsent(gone))
        {
            return false;
        }
    }

    /// <summary>A collection's records, as a prefix.</summary>
    public static string Prefix(string collection) => $"{Records}/{collection}/";

    /// <summary>The id in a blob's name; null when the name is none of ours.</summary>
    public static string? IdIn(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal) && name.Length > prefix.Length + Ending.Length
            ? name[prefix.Length..^Ending.Length]
            : null;

    private async Task<Page<BlobItem>> PageAsync(string prefix, string? from, CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
        await foreach (var page in account.State.GetBlobsAsync(options, cancellationToken).AsPages(from))
        {
            return page;
        }

        throw new StorageException("the service listed nothing, not even an empty page.");
    }

    /// <summary>After an answer was lost and the condition no longer holds: our own write may be why.</summary>
    private async ValueTask<ETag?> ResolveAsync(BlockBlobClient blob, string write) =>
        await FindAsync(blob, CancellationToken.None) is { } there && there.Stamp.Write == write
            ? there.Stamp.ETag
            : throw new StorageException("an answer was lost and somebody else has changed the blob since, so nobody can tell whether the change was made.");
}
