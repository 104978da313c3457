using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Git;

/// <summary>Which repository and service a request line names (gitprotocol-http(5)).</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Service">The service.</param>
/// <param name="IsAdvertisement">True for <c>info/refs</c>.</param>
internal sealed record GitRoute(RepositoryName Repository, GitService Service, bool IsAdvertisement)
{
    private const string InfoRefs = "info/refs";
    private const string DotGit = ".git";

    /// <summary>
    /// Parses the request line as the client sent it. A path that could be read in two ways (encoded, with empty or dotted segments,
    /// parameters) is refused, not normalized: whoever authorizes and whoever serves must not read two different names.
    /// </summary>
    public static Outcome<GitRoute> Parse(HttpRequest request)
    {
        var (path, query) = Target(request);
        if (path is not ['/', .. var rest] || !rest.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_'))
        {
            return Refusals.Malformed("The path is not one of a git repository: letters, digits, '-', '_' and '.' only, nothing encoded.");
        }

        return rest.Split('/') switch
        {
            [var owner, var name, "info", "refs"] => ParseAdvertisement(request, owner, name, query),
            [var owner, var name, var service] when GitServices.Parse(service) is { } known => ParseService(request, owner, name, known, query),
            _ => Refusals.Malformed($"The path is not /owner/repository/{InfoRefs}, /git-upload-pack or /git-receive-pack."),
        };
    }

    private static Outcome<GitRoute> ParseAdvertisement(HttpRequest request, string owner, string name, string query)
    {
        if (!HttpMethods.IsGet(request.Method))
        {
            return Refusals.NotSupported($"{InfoRefs} takes GET alone.");
        }

        const string parameter = "?service=";
        return query.StartsWith(parameter, StringComparison.Ordinal) && GitServices.Parse(query[parameter.Length..]) is { } service
            ? Named(owner, name, service, isAdvertisement: true)
            : Refusals.NotSupported("Only git's smart HTTP protocol is spoken here: use git 1.6.6 or newer, and no 'dumb' HTTP client.");
    }

    private static Outcome<GitRoute> ParseService(HttpRequest request, string owner, string name, GitService service, string query)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            return Refusals.NotSupported($"{GitServices.NameOf(service)} takes POST alone.");
        }

        return query.Length == 0
            ? Named(owner, name, service, isAdvertisement: false)
            : Refusals.Malformed($"{GitServices.NameOf(service)} takes no query.");
    }

    // A name that GitHub could not have given is answered as one that is not there.
    private static Outcome<GitRoute> Named(string owner, string name, GitService service, bool isAdvertisement)
    {
        var bare = name.EndsWith(DotGit, StringComparison.Ordinal) ? name[..^DotGit.Length] : name;
        return RepositoryName.TryCreate(owner, bare, out var repository)
            ? new GitRoute(repository, service, isAdvertisement)
            : Refusals.Unknown(Stage.Classify, "The path names no repository that GitHub could have.");
    }

    private static (string Path, string Query) Target(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(raw))
        {
            return (request.PathBase.Add(request.Path).Value ?? "", request.QueryString.Value ?? "");
        }

        var question = raw.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (raw, "") : (raw[..question], raw[question..]);
    }
}
