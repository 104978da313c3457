namespace CursorBroker.Core.State;

/// <summary>Larger things that every instance sees (snapshots, policy): written once under a name, read as a stream, deleted.</summary>
/// <remarks>Throws <see cref="StateUnavailableException"/> when the store cannot be reached.</remarks>
public interface IBlobStore
{
    /// <summary>Stores a blob if there is none of that name, all or nothing. False when there is one.</summary>
    ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading; null when there is none or it has expired. The caller disposes it.</summary>
    ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; no error when there is none.</summary>
    ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken);
}
