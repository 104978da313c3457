using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>One REST call, read: everything of it that counts, and nothing else of the request.</summary>
/// <param name="Match">The route and its parameters.</param>
/// <param name="Repository">The repository, as asked.</param>
/// <param name="Query">The query's parameters in their order, decoded; no name twice, each one that the route documents.</param>
/// <param name="Body">The JSON body; null when there is none. Read once, to be sent as it is understood.</param>
/// <param name="Media">What the caller accepts, as GitHub's media types go; one of a known list.</param>
internal sealed record RestCall(
    ApiMatch Match, RepositoryName Repository, ImmutableArray<KeyValuePair<string, string>> Query, JsonNode? Body, RestMedia Media)
{
    public ApiRoute Route => Match.Route;

    /// <summary>A parameter of the template. The route has it, or this is a bug.</summary>
    public string Parameter(string name) => Match.Parameters[name];

    /// <summary>A parameter of the query; null when it is not there.</summary>
    public string? QueryValue(string name) => Query.FirstOrDefault(pair => pair.Key == name).Value;
}

/// <summary>Which form of an answer is asked for (docs.github.com, "Media types").</summary>
internal enum RestMedia
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary><c>application/vnd.github.raw</c>: a file as it is.</summary>
    Raw,

    /// <summary><c>application/vnd.github.diff</c>.</summary>
    Diff,

    /// <summary><c>application/vnd.github.patch</c>.</summary>
    Patch,

    /// <summary><c>application/vnd.github.html</c>.</summary>
    Html,

    /// <summary><c>application/vnd.github.object</c>: a directory as an object.</summary>
    Object,

    /// <summary><c>application/vnd.github.sha</c>: the id alone.</summary>
    Sha,

    /// <summary>Variants of JSON that add something to it.</summary>
    Text,

    /// <summary><c>application/vnd.github.full</c> and <c>.text</c>: what people wrote, rendered as well.</summary>
    Full,

    /// <summary><c>application/octet-stream</c>: an asset as it is.</summary>
    Octets,
}
