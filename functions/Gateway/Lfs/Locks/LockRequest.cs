using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>
/// Locks a file. That changes nothing in the repository and stops nobody but those who ask before they push, so it is for whoever may push to the ref; what the policy says of paths in
/// pushes is for pushes. A file that the caller may not read cannot be locked: whether it can be would tell whether it is.
/// </summary>
internal sealed class LockRequest(LfsRoute route, LockCall call, LfsServices services) : LockingRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.PreparePush(route.Repository, call.Ref)];

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) => ValueTask.FromResult(
        grant.Readable.MayRead(call.Path) ? null : Denied("policy: this file is not open to you", "the path is denied to readers"));

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => UpstreamLfs.Post(repository, "locks", call.Write(), OneLock([200, 201, 409], async (status, one, cancellationToken) =>
    {
        if (status == 409)
        {
            return await Services.Owners.FindAsync(repository, one.Id, cancellationToken);
        }

        var owner = LockOwner.Of(Caller);
        await Services.Owners.RememberAsync(repository, one, owner, cancellationToken);
        return owner;
    }));
}
