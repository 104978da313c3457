using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Identity;

/// <summary>
/// Which session a request belongs to: one per (person, client), whatever token they bring, until <see cref="IdleLimit"/> without
/// a request. Instances agree through State.
/// </summary>
/// <remarks>
/// State is read and written at most once per <see cref="TouchInterval"/> and session by one instance; in between its own memory
/// answers; a session that begins is put into <see cref="PersonSessions"/> besides. An instance that did not itself see the last requests knows of them only to within that interval, so there a session may
/// end that much early, never late.
/// </remarks>
public sealed class SessionTracker(IStateStore state, TimeProvider time)
{
    /// <summary>Most sessions held in memory; beyond it the least recently used costs a State read.</summary>
    public const int MemoryCapacity = 10_000;

    private const string Collection = "session";

    // Every lost race means that another instance got on; this many in a row mean that something is broken.
    private const int MaxRaces = 32;

    private readonly PersonSessions _ofPersons = new(state, time);
    private readonly ExpiringCache<string, Seen> _memory = new(time, IdleLimit, MemoryCapacity);

    /// <summary>A session ends when this long passes without a request.</summary>
    public static TimeSpan IdleLimit { get; } = TimeSpan.FromMinutes(30);

    /// <summary>How exactly State knows when a session was last used.</summary>
    public static TimeSpan TouchInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The caller's session, begun if need be. Throws <see cref="StateUnavailableException"/>: then refuse.</summary>
    public async ValueTask<SessionTouch> TouchAsync(Caller caller, CancellationToken cancellationToken)
    {
        var id = RecordId(caller);
        var now = time.GetUtcNow();
        var known = _memory.TryGet(id, out var seen) ? seen : null;
        if (known is not null && now - known.Stored < TouchInterval)
        {
            _memory.Set(id, known with { Last = now });
            return new(known.Session, IsNew: false);
        }

        for (var race = 0; race < MaxRaces; race++)
        {
            if (await TrySettleAsync(caller, id, known, now, cancellationToken) is { } settled)
            {
                _memory.Set(id, settled.Seen);
                return settled.Touch;
            }
        }

        throw new StateUnavailableException("session record keeps changing");
    }

    private async ValueTask<(SessionTouch Touch, Seen Seen)?> TrySettleAsync(Caller caller, string id, Seen? known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = KeyOf(id);
        var record = await state.ReadAsync(key, cancellationToken);
        var stored = record is null ? null : SessionRecord.Read(record.Value.Span);
        if (stored is not null && now - LastUse(stored, known) < IdleLimit)
        {
            // Another instance wrote within the interval: nothing to add.
            var fresh = now - stored.LastSeen < TouchInterval;
            var written = fresh ? stored.LastSeen : now;
            if (!fresh && await state.ReplaceAsync(key, SessionRecord.Write(stored with { LastSeen = now }), record!.Version, Expiry(now), cancellationToken) is null)
            {
                return null;
            }

            return (new(stored.Session, IsNew: false), new(stored.Session, written, now));
        }

        // None, ended, or unreadable: a session is only a unit of recording, so that beginning a new one is always safe.
        // Indexed first: whoever learns that it is new records its beginning, so nothing may fail once it has begun.
        var begun = new SessionRecord(SessionId.New(), now);
        await _ofPersons.BeginAsync(caller, id, begun.Session, cancellationToken);
        var version = record is null
            ? await state.CreateAsync(key, SessionRecord.Write(begun), Expiry(now), cancellationToken)
            : await state.ReplaceAsync(key, SessionRecord.Write(begun), record.Version, Expiry(now), cancellationToken);
        if (version is not null)
        {
            return (new(begun.Session, IsNew: true), new(begun.Session, now, now));
        }

        await _ofPersons.ForgetAsync(caller, begun.Session, cancellationToken);
        return null;
    }

    internal static StateKey KeyOf(string recordId) => new(Collection, recordId);

    internal static string RecordId(Caller caller) => Digest(caller.Person.Issuer, caller.Person.Subject, caller.Client);

    internal static string Digest(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            Append(hash, part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // This instance's own memory is exact where State's is not.
    private static DateTimeOffset LastUse(SessionRecord stored, Seen? known) =>
        known is not null && known.Session == stored.Session && known.Last > stored.LastSeen ? known.Last : stored.LastSeen;

    // The record must outlive the session by what State does not know of it.
    private static DateTimeOffset Expiry(DateTimeOffset now) => now + IdleLimit + TouchInterval;

    // With its length before it, so that no two lists run together alike.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private sealed record Seen(SessionId Session, DateTimeOffset Stored, DateTimeOffset Last);
}

/// <summary>A request's session.</summary>
/// <param name="Session">Which one.</param>
/// <param name="IsNew">True for exactly one request per session: the one that began it.</param>
public readonly record struct SessionTouch(SessionId Session, bool IsNew);
