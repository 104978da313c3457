namespace CursorBroker.Core.State;

/// <summary>
/// Small records that every instance sees, changed only by compare-and-swap. Whatever more than one request may need
/// lives here. An implementation that cannot read or write throws <see cref="StateUnavailableException"/>; the caller of it refuses.
/// </summary>
public interface IStateStore
{
    /// <summary>The record, or null when there is none or it has expired.</summary>
    ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken);

    /// <summary>Creates the record if no live one exists, atomically. Returns the new version, or null when one exists.</summary>
    ValueTask<StateVersion?> CreateAsync(
        StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken);

    /// <summary>Replaces the record if its version is still <paramref name="expected"/>, atomically. Returns the new version, or null when it is not.</summary>
    ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken);

    /// <summary>Deletes the record if its version is still <paramref name="expected"/>. False when it is not, or is gone.</summary>
    ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken);

    /// <summary>All live records of a collection, in no particular order; records changed meanwhile may or may not show.</summary>
    IAsyncEnumerable<StateRecord> ListAsync(string collection, CancellationToken cancellationToken);
}

/// <summary>A record's address.</summary>
/// <param name="Collection">What kind of record: 1 to 40 characters of <c>a-z 0-9 -</c>.</param>
/// <param name="Id">Which one: 1 to 200 characters of <c>a-z A-Z 0-9 . _ -</c>. Hash anything else.</param>
public sealed record StateKey(string Collection, string Id)
{
    /// <summary>Longest collection name, in characters.</summary>
    public const int MaxCollectionLength = 40;

    /// <summary>Longest id, in characters.</summary>
    public const int MaxIdLength = 200;

    /// <summary>Checks both parts; every store calls it first, so that no key means something else to one of them.</summary>
    /// <exception cref="ArgumentException">A part is empty, too long, or has a character outside its set.</exception>
    public void ThrowIfInvalid()
    {
        ThrowIfInvalidCollection(Collection);
        if (Id is not { Length: > 0 and <= MaxIdLength } || !Id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new ArgumentException($"A State id is 1 to {MaxIdLength} characters of a-z A-Z 0-9 . _ -; hash anything else.");
        }
    }

    /// <summary>Checks a collection's name.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or has a character outside its set.</exception>
    public static void ThrowIfInvalidCollection(string collection)
    {
        if (collection is not { Length: > 0 and <= MaxCollectionLength }
            || !collection.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-'))
        {
            throw new ArgumentException($"A State collection is 1 to {MaxCollectionLength} characters of a-z 0-9 -.", nameof(collection));
        }
    }
}

/// <summary>An opaque version (a row version or an ETag).</summary>
/// <param name="Value">The store's own text.</param>
public sealed record StateVersion(string Value);

/// <summary>A record as read.</summary>
/// <param name="Key">Its address.</param>
/// <param name="Value">Its bytes, at most <see cref="MaxValueBytes"/>.</param>
/// <param name="Version">What to hand back to change it.</param>
/// <param name="Expires">When it stops being there; null for never.</param>
public sealed record StateRecord(StateKey Key, ReadOnlyMemory<byte> Value, StateVersion Version, DateTimeOffset? Expires)
{
    /// <summary>Largest record, in bytes. Larger things are blobs.</summary>
    public const int MaxValueBytes = 256 * 1024;
}

/// <summary>State could not be read or written. Whoever needed it refuses.</summary>
public sealed class StateUnavailableException : Exception
{
    /// <summary>Says what failed.</summary>
    public StateUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
