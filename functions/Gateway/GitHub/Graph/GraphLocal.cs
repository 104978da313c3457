using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>A request about no repository: who asks, the rate limit, what the schema has. Answered here, since GitHub would answer for the App.</summary>
internal sealed class GraphLocal(GraphRequest request) : ProtocolRequest
{
    public override IReadOnlyList<Operation> Operations => [];

    public override bool NeedsUpstream => false;

    public override int Points => 1;

    public override async ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken)
    {
        var data = new JsonObject(request.Roots.Select(root => KeyValuePair.Create(root.Key, AnswerTo(root, answering.Caller))));
        var body = RestBody.Write(new JsonObject { ["data"] = data });
        var response = answering.Context.Response;
        GitHubHost.WriteHeaders(response);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }

    /// <summary>What something about no repository is answered with.</summary>
    internal static JsonNode? AnswerTo(GraphRoot root, Caller caller) => root.Field switch
    {
        "__typename" => "Query",
        "__type" => GraphIntrospection.Describe(root.Input?["name"]?.GetValue<string>(), root.Selected),
        "viewer" => Fields(root.Selected, field => field switch
        {
            "__typename" => "User",
            "login" or "name" => CallerAccount.Of(caller).Login,
            "id" => string.Create(CultureInfo.InvariantCulture, $"BROKER_{CallerAccount.Of(caller).Id}"),
            "databaseId" => CallerAccount.Of(caller).Id,
            "isViewer" => true,
            _ => null,
        }),

        // What is left of GitHub's own limits is in the headers of its answers; this is about no repository, so that there is nothing to say of them.
        "rateLimit" => null,
        _ => throw new InvalidOperationException($"{root.Field} is not answered here."),
    };

    private static JsonObject Fields(ImmutableArray<GraphSelected> selected, Func<string, JsonNode?> valueOf) =>
        new(selected.DistinctBy(static field => field.Key).Select(field => KeyValuePair.Create(field.Key, valueOf(field.Field))));
}
