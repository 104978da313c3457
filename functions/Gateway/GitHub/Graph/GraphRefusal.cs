using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>Refuses as GitHub's GraphQL does: with status 200 and errors, which clients print; of what is not there, in GitHub's own words.</summary>
internal static class GraphRefusal
{
    /// <summary>The code of a refusal of the document itself.</summary>
    public const string Invalid = "invalid-document";

    /// <summary>Whether it is said in an answer of 200; everything else (no token, a limit, an outage) has a status.</summary>
    public static bool IsSaidInTheAnswer(Refusal refusal) => refusal.Kind is
        RefusalKind.NotFound or RefusalKind.Denied or RefusalKind.ApprovalPending or RefusalKind.ApprovalUnavailable or RefusalKind.OpaqueRefused or RefusalKind.UpstreamForbids
            or RefusalKind.WritesMask;

    public static async ValueTask WriteAsync(HttpContext context, GraphRequest request, Refusal refusal, CancellationToken cancellationToken)
    {
        var body = RestBody.Write(new JsonObject
        {
            ["data"] = new JsonObject(request.Roots.Select(static root => KeyValuePair.Create(root.Key, (JsonNode?)null))),
            ["errors"] = new JsonArray([.. request.Roots.Where(static root => root.Target is not GraphTarget.NoRepository).Select(root => (JsonNode)Error(root, refusal))]),
        });
        await WriteAsync(context, body, cancellationToken);
    }

    /// <summary>Refuses a document as GitHub refuses one that does not fit its schema: no data, one error.</summary>
    public static ValueTask WriteInvalidAsync(HttpContext context, Refusal refusal, CancellationToken cancellationToken) => WriteAsync(
        context,
        RestBody.Write(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = refusal.Message.Value, ["extensions"] = Extensions(refusal) }) }),
        cancellationToken);

    private static async ValueTask WriteAsync(HttpContext context, byte[] body, CancellationToken cancellationToken)
    {
        var response = context.Response;
        GitHubHost.WriteHeaders(response);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }

    private static JsonObject Error(GraphRoot root, Refusal refusal)
    {
        var isUnknown = refusal.Kind == RefusalKind.NotFound && refusal.Message == Refusals.NotFound;
        var error = new JsonObject
        {
            ["type"] = refusal.Kind == RefusalKind.NotFound ? "NOT_FOUND" : "FORBIDDEN",
            ["path"] = new JsonArray(root.Key),
            ["message"] = isUnknown ? NotThere(root.Target) : refusal.Message.Value,
        };
        if (!isUnknown)
        {
            error["extensions"] = Extensions(refusal);
        }

        return error;
    }

    private static JsonObject Extensions(Refusal refusal)
    {
        var broker = new JsonObject { ["kind"] = refusal.Kind.ToString(), ["reference"] = refusal.Reference };
        if (refusal.Approval is { } approval)
        {
            broker["approval"] = new JsonObject
            {
                ["id"] = approval.Id.Value,
                ["status"] = approval.Status.ToString().ToLower(CultureInfo.InvariantCulture),
                ["url"] = approval.Link.AbsoluteUri,
            };
        }

        return new JsonObject { ["broker"] = broker };
    }

    private static string NotThere(GraphTarget target) => target switch
    {
        GraphTarget.Named named => $"Could not resolve to a Repository with the name '{named.Repository}'.",
        GraphTarget.Nodes nodes => $"Could not resolve to a node with the global id of '{nodes.Ids[0]}'.",
        _ => "Could not resolve to a Repository.",
    };
}
