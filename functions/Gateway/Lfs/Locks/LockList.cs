using System.Collections.Immutable;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>A page of locks.</summary>
/// <param name="Locks">The locks.</param>
/// <param name="NextCursor">Where the next page begins; null when there is none.</param>
internal sealed record LockList(ImmutableArray<LfsLock> Locks, string? NextCursor)
{
    private const int MaxCursorLength = 1024;

    public static Outcome<LockList> Parse(LfsMembers answer)
    {
        if (!answer.TryArray("locks", out var items) || items is null
            || !answer.TryText("next_cursor", out var next) || next is { Length: > MaxCursorLength } || next?.Any(char.IsControl) == true)
        {
            return LfsAnswer.NotUnderstood("a list of locks is not one");
        }

        var locks = items.Select(static each => LfsLock.Read(LfsMembers.Of(each))).ToArray();
        return locks.Contains(null)
            ? LfsAnswer.NotUnderstood("a lock in a list is not as it should be")
            : new LockList([.. locks.OfType<LfsLock>()], string.IsNullOrEmpty(next) ? null : next);
    }

    /// <summary>Asks the upstream.</summary>
    public static ValueTask<Outcome<LockList>> ReadAsync(IUpstreamReader upstream, LockQuery query, LfsServices services, CancellationToken cancellationToken) => upstream.ReadAsync<LockList>(
        UpstreamLfs.Get(upstream.Repository, $"locks?{query.Write()}", new LfsAnswer(services, [200])),
        async (body, stop) => (await LfsAnswer.ReadAsync(body.AsStream(leaveOpen: true), services, stop)).Succeeded(out var members, out var unread) ? Parse(members) : unread,
        cancellationToken);
}
