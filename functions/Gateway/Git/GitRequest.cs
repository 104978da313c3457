using System.Reflection;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>A git request that was understood.</summary>
internal abstract class GitRequest(GitRoute route) : ProtocolRequest
{
    /// <summary>The broker's name in the protocol's <c>agent</c> capability.</summary>
    public static string Agent { get; } =
        $"CursorBroker/{typeof(GitRequest).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? "0"}";

    public GitRoute Route => route;

    /// <summary>Whether any object may be read by its id: every ref is visible, and opaque bodies pass as they are (no path is denied).</summary>
    protected static bool ByIdReads(Grant grant) => grant.Visible.IsEverything && grant.Opaque == OpaqueHandling.Allow;

    /// <summary>A POST to the upstream's service.</summary>
    protected UpstreamExchange Post(RepositoryIdentity repository, Stream body, bool isV2, BodyFilter? filter = null) =>
        Post(repository, Route.Service, body, isV2, filter);

    /// <summary>A POST to one of the upstream's services.</summary>
    public static UpstreamExchange Post(RepositoryIdentity repository, GitService service, Stream body, bool isV2, BodyFilter? filter = null)
    {
        var name = GitServices.NameOf(service);
        var result = $"application/x-{name}-result";
        return new()
        {
            Face = UpstreamFace.Git,
            Method = HttpMethod.Post,
            PathAndQuery = $"{PathOf(repository)}/{name}",
            Headers = [new("Content-Type", $"application/x-{name}-request"), new("Accept", result), .. Version(isV2)],
            Body = body,
            Answer = new TypedAnswer(result, filter),
        };
    }

    protected static IEnumerable<KeyValuePair<string, string>> Version(bool isV2) =>
        isV2 ? [new(GitProtocolHeader.Name, GitProtocolHeader.Version2)] : [];

    protected static string PathOf(RepositoryIdentity repository) => $"{repository.Name.Owner}/{repository.Name.Name}.git";
}
