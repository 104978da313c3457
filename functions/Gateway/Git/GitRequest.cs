using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>A git request that was understood.</summary>
internal abstract class GitRequest(GitRoute route) : ProtocolRequest
{
    public GitRoute Route => route;

    /// <summary>Whether any object may be read by its id: every ref is visible, and opaque bodies pass as they are (no path is denied).</summary>
    protected static bool ByIdReads(Grant grant) => grant.Visible.IsEverything && grant.Opaque == OpaqueHandling.Allow;

    /// <summary>A POST to the upstream's service.</summary>
    protected UpstreamExchange Post(RepositoryIdentity repository, Stream body, bool isV2, Func<BodyMask, BodyFilter>? masking = null) =>
        UpstreamGit.Post(repository, Route.Service, body, isV2, masking);
}
