using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>Undoes a lock: one's own, or with force anybody's, for whoever may push.</summary>
internal sealed class UnlockRequest(LfsRoute route, bool isForced, RefName? to, LfsServices services) : LockingRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.PreparePush(route.Repository, to)];

    private string Id => Route.LockId ?? throw new InvalidOperationException("Unlocking is about one lock.");

    public override async ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken)
    {
        var owner = await Services.Owners.FindAsync(upstream.Repository, Id, cancellationToken);
        if (owner?.Is(Caller) == true)
        {
            return null;
        }

        if (!(grant.Readable.IsEverything && grant.Visible.IsEverything))
        {
            // By its id a lock could be of any file.
            var listed = await LockList.ReadAsync(upstream, new LockQuery { Id = Id, Limit = 1 }, Services, cancellationToken);
            if (!listed.Succeeded(out var list, out var refusal))
            {
                return refusal;
            }

            if (list.Locks is not [var one] || one.Id != Id || !IsShown(one, owner, grant))
            {
                return new Refusal(Stage.Authorize, RefusalKind.NotFound, new CallerText("There is no such lock."), "a lock that is not shown, or not there");
            }
        }

        return isForced ? null : Denied($"this lock is {(owner is null ? "not yours" : $"{owner.Name}'s")}; only its owner unlocks it, or --force", "the lock is another person's");
    }

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var body = LfsJson.Write(json =>
        {
            json.WriteBoolean("force", isForced);
            LfsJson.WriteRef(json, to);
        });
        return UpstreamLfs.Post(repository, $"locks/{Id}/unlock", body, OneLock([200], async (_, one, cancellationToken) =>
        {
            var owner = await Services.Owners.FindAsync(repository, Id, cancellationToken);
            await Services.Owners.ForgetAsync(repository, Id, cancellationToken);
            return owner;
        }));
    }
}
