using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>
/// Whose a lock is. To the upstream every lock that comes through the broker is its App's; who asked for it is remembered here, in State, for as long as the lock lives. Without it anybody could undo
/// anybody's lock, and everybody would take all of them for their own.
/// </summary>
internal sealed class LockOwners(IStateStore store)
{
    private const string Collection = "lfs-locks";

    /// <summary>Remembers it. An id that was given before is the newest lock's.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask RememberAsync(RepositoryIdentity repository, LfsLock made, LockOwner owner, CancellationToken cancellationToken)
    {
        var (key, value) = (KeyOf(repository, made.Id), JsonSerializer.SerializeToUtf8Bytes(owner, LockOwnerJson.Default.LockOwner));
        if (await store.CreateAsync(key, value, expires: null, cancellationToken) is not null)
        {
            return;
        }

        var written = await store.ReadAsync(key, cancellationToken) is { } old && await store.ReplaceAsync(key, value, old.Version, expires: null, cancellationToken) is not null;
        if (!written)
        {
            throw new StateUnavailableException("The owner of a lock is being written by somebody else.");
        }
    }

    /// <summary>Whose it is; null when it did not come through the broker.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask<LockOwner?> FindAsync(RepositoryIdentity repository, string id, CancellationToken cancellationToken) =>
        await store.ReadAsync(KeyOf(repository, id), cancellationToken) is { } record ? JsonSerializer.Deserialize(record.Value.Span, LockOwnerJson.Default.LockOwner) : null;

    /// <summary>The lock is gone.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask ForgetAsync(RepositoryIdentity repository, string id, CancellationToken cancellationToken)
    {
        var key = KeyOf(repository, id);
        if (await store.ReadAsync(key, cancellationToken) is { } record)
        {
            await store.DeleteAsync(key, record.Version, cancellationToken);
        }
    }

    private static StateKey KeyOf(RepositoryIdentity repository, string id) =>
        new(Collection, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{repository.Id}\n{id}"))));
}
