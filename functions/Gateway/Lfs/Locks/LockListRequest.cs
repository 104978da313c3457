using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>
/// The locks of a repository, those left out that the caller may not know of; before a push in two parts, one's own and others'. The upstream is asked for the list either way, since to it all of
/// them are the App's.
/// </summary>
internal sealed class LockListRequest(LfsRoute route, LockQuery query, bool isVerifying, LfsServices services) : LockingRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.GitRead(route.Repository)];

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => UpstreamLfs.Get(
        repository,
        $"locks?{query.Write()}",
        new LfsAnswer(Services, [200], async (_, answer, cancellationToken) =>
        {
            if (!LockList.Parse(answer).Succeeded(out var list, out var refusal))
            {
                return refusal;
            }

            try
            {
                var owned = await Task.WhenAll(list.Locks.Select(async each => (Lock: each, Owner: await Services.Owners.FindAsync(repository, each.Id, cancellationToken))));
                return Write([.. owned.Where(each => IsShown(each.Lock, each.Owner, grant))], list.NextCursor);
            }
            catch (StateUnavailableException down)
            {
                return Refusals.Unavailable(Stage.Forward, "The broker's state store cannot be reached, so that nobody can say whose these locks are.", down.Message, TimeSpan.FromSeconds(10));
            }
        }));

    private byte[] Write((LfsLock Lock, LockOwner? Owner)[] locks, string? next) => LfsJson.Write(json =>
    {
        if (isVerifying)
        {
            WriteArray(json, "ours", locks.Where(each => each.Owner?.Is(Caller) == true));
            WriteArray(json, "theirs", locks.Where(each => each.Owner?.Is(Caller) != true));
        }
        else
        {
            WriteArray(json, "locks", locks);
        }

        if (next is not null)
        {
            json.WriteString("next_cursor", next);
        }
    });

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<(LfsLock Lock, LockOwner? Owner)> locks)
    {
        json.WriteStartArray(name);
        foreach (var (each, owner) in locks)
        {
            each.Write(json, owner);
        }

        json.WriteEndArray();
    }
}
