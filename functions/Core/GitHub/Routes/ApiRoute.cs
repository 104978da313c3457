using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>One route of GitHub's REST API, as the broker understands it.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Template">The template, as GitHub documents it: <c>/repos/{owner}/{repo}/issues/{issue_number}</c>.</param>
public sealed record ApiRoute(string Method, string Template)
{
    /// <summary>Method and template, as a policy and the audit name it.</summary>
    public string Id { get; } = $"{Method} {Template}";

    /// <summary>How a call of it is treated.</summary>
    public required ApiRouteKind Kind { get; init; }

    /// <summary>The sets of permissions that GitHub takes, any of them, the smallest first. Empty for a refused route and for one that the broker answers itself.</summary>
    public ImmutableArray<PermissionSet> Needs { get; init; } = [];

    /// <summary>What else matters.</summary>
    public ApiRouteTraits Traits { get; init; }

    /// <summary>The names of the query parameters that GitHub documents; any other is refused.</summary>
    public ImmutableArray<string> Query { get; init; } = [];

    /// <summary>The call in policy terms, as far as the route alone tells.</summary>
    public ApiCall ToCall() => new(Id) { ReachesAll = Traits.HasFlag(ApiRouteTraits.Whole) };

    /// <summary>Why it is refused; null unless <see cref="Kind"/> is <see cref="ApiRouteKind.Refused"/>. A caller may read it.</summary>
    public string? Why { get; init; }
}

/// <summary>How a call of a route is treated. What is none of these does not exist here.</summary>
public enum ApiRouteKind
{
    /// <summary>Known, and not let through.</summary>
    Refused,

    /// <summary>Needs a permission on one repository, and reads or changes nothing that refs and paths are about.</summary>
    Plain,

    /// <summary>Reads commits, trees or files: visible refs and denied paths count.</summary>
    Contents,

    /// <summary>Moves a ref or changes content: it becomes a push.</summary>
    Changes,

    /// <summary>About several repositories at once (search, lists): narrowed to what the caller may see.</summary>
    Across,

    /// <summary>Answered by the broker itself.</summary>
    Broker,
}

/// <summary>What else matters of a route.</summary>
[Flags]
public enum ApiRouteTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Answers with a redirect whose URL is a credential; the broker follows it.</summary>
    SignedRedirect = 1,

    /// <summary>The answer is Opaque: an archive, an artifact, an asset.</summary>
    Opaque = 2,

    /// <summary>On the host for uploads; the body is streamed.</summary>
    Upload = 4,

    /// <summary>The body is not JSON (markdown/raw, for instance).</summary>
    RawBody = 8,

    /// <summary>It is about the repository as a whole, or about what guards it: only for whom no ref and no path is held back.</summary>
    Whole = 16,
}

/// <summary>A request line that matched a route.</summary>
/// <param name="Route">The route.</param>
/// <param name="Parameters">The template's parameters by name, decoded.</param>
public sealed record ApiMatch(ApiRoute Route, ImmutableDictionary<string, string> Parameters)
{
    /// <summary>The repository that <c>{owner}</c> and <c>{repo}</c> name; null when the route has none, or they are no name that GitHub could have given.</summary>
    public RepositoryName? Repository =>
        Parameters.TryGetValue("owner", out var owner) && Parameters.TryGetValue("repo", out var name) && RepositoryName.TryCreate(owner, name, out var repository) ? repository : null;
}
