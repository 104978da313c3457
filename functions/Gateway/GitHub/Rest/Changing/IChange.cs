using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>What calls of one or a few routes do to refs and contents.</summary>
internal interface IChange
{
    /// <summary>The routes, by <see cref="Core.GitHub.Routes.ApiRoute.Id"/>.</summary>
    IReadOnlyList<string> Routes { get; }

    /// <summary>What looking a call up needs to be able to do.</summary>
    PermissionSet LookUpPermissions(RestCall call) => PermissionSet.ContentsRead;

    /// <summary>The operations beside the call itself, as far as the request alone tells. An update whose old or new commit is not known yet has <see cref="GitOid.Unmade"/> in its place.</summary>
    Outcome<IReadOnlyList<Operation>> Outline(RestCall call);

    /// <summary>What it does, looked up.</summary>
    ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken);
}
