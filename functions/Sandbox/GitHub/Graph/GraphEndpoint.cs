using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Rest;
using GraphQL;
using GraphQL.SystemTextJson;
using GraphQL.Validation;
using GraphQL.Validation.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>GraphQL over HTTP: <c>POST /api/graphql</c>, where a GitHub Enterprise Server has it.</summary>
internal sealed partial class GraphEndpoint(GraphSchema schema, GraphServices services, ApiGate gate, RateLimits limits)
{
    private static readonly RootSource Root = new("Query");

    // GitHub lets fields of one name differ in type on an issue and on a pull request, which the specification forbids and gh relies on.
    private static readonly IValidationRule[] Rules = [.. DocumentValidator.CoreRules.Where(static rule => rule is not OverlappingFieldsCanBeMerged)];

    private readonly DocumentExecuter _executer = new();
    private readonly GraphQLSerializer _serializer = new();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/graphql", ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        if (PresentedCredential.From(context.Request) is null)
        {
            await GitHubAnswer.ErrorAsync(context, 401, "This endpoint requires you to be authenticated.", "https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql").ConfigureAwait(false);
            return;
        }

        if (await gate.AdmitInstallationAsync(context, RateLimits.Graph).ConfigureAwait(false) is not { } token)
        {
            return;
        }

        if (await ReadAsync(context).ConfigureAwait(false) is not { } body || (string?)body["query"] is not { } query)
        {
            await GitHubAnswer.ErrorAsync(context, 400, "Problems parsing JSON").ConfigureAwait(false);
            return;
        }

        var call = new GraphCall(token, new Links(context), services, limits.Of(ApiGate.Counted(token), RateLimits.Graph), context.RequestAborted);
        var result = await _executer.ExecuteAsync(options =>
        {
            options.Schema = schema.Schema;
            options.Query = query;
            options.OperationName = (string?)body["operationName"];
            options.Variables = body["variables"] is JsonObject variables ? _serializer.Deserialize<Inputs>(variables.ToJsonString()) : null;
            options.UserContext = new Dictionary<string, object?> { [GraphField.CallKey] = call };
            options.ValidationRules = Rules;
            options.Root = Root;
            options.ThrowOnUnhandledException = true;
            options.CancellationToken = context.RequestAborted;
        }).ConfigureAwait(false);
        await GitHubAnswer.JsonAsync(context, 200, await AnswerAsync(result, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false) as JsonObject;
        }
        catch (JsonException)
        {
            // Not JSON: the caller of this method answers 400.
            return null;
        }
    }

    // GitHub has an error's type beside its message, not in its extensions.
    private async Task<JsonObject> AnswerAsync(ExecutionResult result, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await _serializer.WriteAsync(text, result, cancellationToken).ConfigureAwait(false);
        var json = JsonNode.Parse(text.ToArray())!.AsObject();
        foreach (var (error, index) in (json["errors"]?.AsArray() ?? []).Select(static (error, index) => (error!.AsObject(), index)))
        {
            if (result.Errors![index] is GraphRefusal refusal)
            {
                error.Remove("extensions");
                error["type"] = refusal.Code;
            }
            else if (Undefined().Match(result.Errors[index].Message) is { Success: true } undefined)
            {
                // gh looks for these very words to learn what a server does not have.
                var (field, type) = (undefined.Groups["field"].Value, undefined.Groups["type"].Value);
                error["message"] = $"Field '{field}' doesn't exist on type '{type}'";
                error["extensions"] = new JsonObject { ["code"] = "undefinedField", ["typeName"] = type, ["fieldName"] = field };
            }
        }

        return json;
    }

    [GeneratedRegex("^Cannot query field '(?<field>[^']+)' on type '(?<type>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Undefined();
}
