using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Takes out of State's container what is no longer there for anybody: readers never see it, purged or not.</summary>
internal sealed class BlobPurge(StateBlobs blobs)
{
    /// <summary>Deletes expired records and blobs; how many. Several instances may do so at once.</summary>
    /// <exception cref="StateUnavailableException">The account cannot be used.</exception>
    public async ValueTask<int> DeleteExpiredAsync(CancellationToken cancellationToken) =>
        await DeleteExpiredAsync($"{StateBlobs.Records}/", cancellationToken) + await DeleteExpiredAsync($"{StateBlobs.Blobs}/", cancellationToken);

    private ValueTask<int> DeleteExpiredAsync(string prefix, CancellationToken cancellationToken) => StateGuard.RunAsync("purged", async () =>
    {
        var deleted = 0;
        await foreach (var (name, stamp) in blobs.ListAsync(prefix, cancellationToken))
        {
            if (stamp.HasExpired(blobs.Now) && await blobs.RemoveAsync(name, stamp.ETag, cancellationToken))
            {
                deleted++;
            }
        }

        return deleted;
    });
}
