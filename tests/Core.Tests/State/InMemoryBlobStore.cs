using System.Collections.Concurrent;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Tests.State;

/// <summary>Blobs in memory, written once.</summary>
internal sealed class InMemoryBlobStore(TimeProvider time) : IBlobStore
{
    private readonly ConcurrentDictionary<StateKey, (byte[] Content, DateTimeOffset? Expires)> _blobs = [];

    public IReadOnlyCollection<StateKey> Keys => [.. _blobs.Keys];

    public void Overwrite(StateKey key, byte[] content) => _blobs[key] = (content, null);

    public async ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        return _blobs.TryAdd(key, (copy.ToArray(), expires));
    }

    public ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken) => ValueTask.FromResult<Stream?>(
        _blobs.TryGetValue(key, out var blob) && (blob.Expires is null || blob.Expires > time.GetUtcNow()) ? new MemoryStream(blob.Content) : null);

    public ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken)
    {
        _ = _blobs.TryRemove(key, out _);
        return ValueTask.CompletedTask;
    }
}
