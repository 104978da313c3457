using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An LFS request that was understood.</summary>
internal abstract class LfsRequest(LfsRoute route, LfsServices services) : ProtocolRequest
{
    protected LfsRoute Route => route;

    protected LfsServices Services => services;

    /// <summary>
    /// An object is read by its id, whatever paths and refs it belongs to: that is for those who may read everything, and where the policy lets Opaque bodies pass, as they are or inspected.
    /// Null for them.
    /// </summary>
    protected static Refusal? ReadsById(Grant grant) => grant switch
    {
        { Visible.IsEverything: false } => Denied("policy: an LFS object is read by its id, whatever branch it is on, and not every branch is open to you", "refs are hidden"),
        { Readable.IsEverything: false } => Denied("policy: an LFS object is read by its id, whatever file it belongs to, and not every file is open to you", "paths are denied"),
        { Opaque: OpaqueHandling.Refuse } => new(
            Stage.Authorize, RefusalKind.OpaqueRefused, new CallerText("policy: what cannot be masked is not handed out of this repository, and LFS objects cannot be"), $"opaque: {grant.Opaque}"),
        _ => null,
    };

    protected static Refusal Denied(string message, string detail) => new(Stage.Authorize, RefusalKind.Denied, new CallerText(message), detail);
}
