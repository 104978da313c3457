using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Makes requests of calls that are about several repositories or about none: one for each such <see cref="ApiRouteKind"/>.</summary>
internal interface IRestOpener
{
    /// <summary>The kind of routes it knows.</summary>
    ApiRouteKind Kind { get; }

    /// <summary>The request, or why there is none.</summary>
    Outcome<ProtocolRequest> Open(RestInput input);
}
