using CursorBroker.Core.Credentials;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>GitHub's GraphQL API.</summary>
internal sealed class GraphRoom(RestServices services, GraphServices graph) : IProtocolRoom
{
    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.QueryString.HasValue)
        {
            return Refusals.NotSupported("GraphQL is asked by POST, without a query in the URL.");
        }

        if (!(await GraphBody.ReadAsync(context, services, cancellationToken)).Succeeded(out var request, out var refusal))
        {
            return refusal;
        }

        return request.Roots.All(static root => root.Target is GraphTarget.NoRepository) ? new GraphLocal(request) : new GraphCall(request, services, graph);
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        refusal.Code == GraphRefusal.Invalid ? GraphRefusal.WriteInvalidAsync(context, refusal, cancellationToken)
            : request is GraphCall call && GraphRefusal.IsSaidInTheAnswer(refusal)
            ? GraphRefusal.WriteAsync(context, call.Request, refusal, cancellationToken)
            : GitHubRefusal.WriteAsync(context, refusal, cancellationToken);
}

/// <summary>What GraphQL calls need beside what REST calls do.</summary>
internal sealed record GraphServices(IRepositoryCatalog Catalog, GraphMoves Moves);
