using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>The body of a GraphQL request (graphql-over-http, section 5): <c>query</c>, <c>operationName</c>, <c>variables</c>, and nothing else.</summary>
internal static class GraphBody
{
    private static readonly ApiRoute Route = new("POST", "/graphql") { Kind = ApiRouteKind.Plain };

    public static async ValueTask<Outcome<GraphRequest>> ReadAsync(HttpContext context, RestServices services, CancellationToken cancellationToken)
    {
        if (!(await RestBody.ReadAsync(context, Route, services.Options, services.Budget, cancellationToken)).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        if (body.Json is not JsonObject json)
        {
            return Refusals.NotSupported("A GraphQL request is a JSON object with a query; several at once are not taken.");
        }

        string? operation = null;
        JsonObject? variables = null;
        string? query = null;
        foreach (var (name, value) in json)
        {
            switch (name, value)
            {
                case ("query", JsonValue text) when text.TryGetValue(out query):
                case ("operationName", null):
                case ("operationName", JsonValue text2) when text2.TryGetValue(out operation):
                case ("variables", null):
                    break;
                case ("variables", JsonObject given):
                    variables = given;
                    break;
                default:
                    return Refusals.Malformed($"'{name}' is not something that a GraphQL request has, or is of the wrong kind.");
            }
        }

        if (query is null)
        {
            return Refusals.Malformed("The GraphQL request has no query.");
        }

        var outcome = GraphReader.Read(query, operation, variables);
        return outcome.Request is { } request ? request : Refusals.NotSupported(outcome.Problem!) with { Code = GraphRefusal.Invalid };
    }
}
