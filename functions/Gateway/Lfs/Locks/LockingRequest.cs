using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>A request about locks.</summary>
internal abstract class LockingRequest(LfsRoute route, LfsServices services) : LfsRequest(route, services)
{
    private Caller? _caller;

    protected Caller Caller => _caller ?? throw new InvalidOperationException("A request is resolved before it is verified.");

    public override ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        _caller = caller;
        return base.ResolveAsync(caller, policy, cancellationToken);
    }

    /// <summary>
    /// Whether the caller may know of a lock. It names a file, and nobody can tell on which refs that file is: where some are hidden, only one's own locks are shown.
    /// </summary>
    protected bool IsShown(LfsLock each, LockOwner? owner, Grant grant) =>
        grant.Readable.MayRead(each.Path) && (grant.Visible.IsEverything || owner?.Is(Caller) == true);

    /// <summary>The answer that has one lock in it, once <paramref name="settle"/> has done what is to be done about its owner.</summary>
    protected LfsAnswer OneLock(ImmutableArray<int> accepted, Func<int, LfsLock, CancellationToken, ValueTask<LockOwner?>> settle) => new(Services, accepted, async (status, answer, cancellationToken) =>
    {
        if (!answer.TryObject("lock", out var json) || LfsLock.Read(json) is not { } one)
        {
            return LfsAnswer.NotUnderstood("the answer has no lock");
        }

        try
        {
            var owner = await settle(status, one, cancellationToken);
            return LfsJson.Write(written =>
            {
                written.WritePropertyName("lock");
                one.Write(written, owner);
                if (status == 409)
                {
                    written.WriteString("message", "CursorBroker: this file is locked already");
                }
            });
        }
        catch (StateUnavailableException down)
        {
            return Refusals.Unavailable(Stage.Forward, "GitHub did it, but the broker could not write down whose lock it is; see git lfs locks, and use --force to unlock.", down.Message);
        }
    });
}
