using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// Mutations that move refs, as the REST calls that do the same: what they change is worked out by the one examiner of such calls, and what it would send (<c>sha</c>) goes into
/// the mutation's input.
/// </summary>
internal sealed class GraphMoves(ApiRoutes routes, IEnumerable<IRestExaminer> examiners, ChangeServices services)
{
    private const string Repository = "/repos/{owner}/{repo}";

    private readonly IRestExaminer? _examiner = examiners.SingleOrDefault(static each => each.Kind == ApiRouteKind.Changes);

    /// <summary>What a mutation changes, and the input to send.</summary>
    public async ValueTask<Outcome<GraphMoved>> ExamineAsync(
        GraphRoot root, NodeLookup nodes, RepositoryName repository, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        var input = (JsonObject)root.Input!.DeepClone();
        if (root.Moves == GraphMutationKind.Commit)
        {
            return await CommitOnBranch.ExamineAsync(input, root, nodes, repository, new PresentState(upstream, preview, services), cancellationToken);
        }

        if (!Equivalent(root, input, nodes).Succeeded(out var equivalent, out var refusal))
        {
            return refusal;
        }

        var examiner = _examiner ?? throw new InvalidOperationException("Nobody here knows what changes a ref.");
        if (!(await examiner.ExamineAsync(CallOf(equivalent, repository), upstream, preview, cancellationToken)).Succeeded(out var effect, out refusal))
        {
            return refusal;
        }

        if (equivalent.Expected is { } expected)
        {
            input[expected.OfGraph] = effect.Body?[expected.OfRest]?.DeepClone() ?? throw new InvalidOperationException($"{equivalent.Route} was looked into without a {expected.OfRest} to hold it to.");
        }

        return new GraphMoved(effect, input);
    }

    private RestCall CallOf(RestEquivalent equivalent, RepositoryName repository)
    {
        var route = routes.All.Single(each => each.Id == equivalent.Route);
        var parameters = equivalent.Parameters.ToImmutableDictionary().SetItem("owner", repository.Owner).SetItem("repo", repository.Name);
        return new RestCall(new ApiMatch(route, parameters), repository, [], equivalent.Body, RestMedia.Json);
    }

    private static Outcome<RestEquivalent> Equivalent(GraphRoot root, JsonObject input, NodeLookup nodes)
    {
        switch (root.Moves)
        {
            case GraphMutationKind.Merge when Number(input, "pullRequestId", nodes) is { } number:
                return new RestEquivalent($"PUT {Repository}/pulls/{{pull_number}}/merge", new() { ["pull_number"] = number }, Sparse(
                    ("sha", Text(input, "expectedHeadOid")), ("merge_method", Text(input, "mergeMethod")?.ToLowerInvariant()), ("commit_title", Text(input, "commitHeadline")), ("commit_message", Text(input, "commitBody"))))
                {
                    Expected = ("sha", "expectedHeadOid"),
                };
            case GraphMutationKind.Update when Text(input, "updateMethod") is not (null or "MERGE"):
                return Refusals.NotSupported("updatePullRequestBranch is let through with updateMethod MERGE alone.");
            case GraphMutationKind.Update when Number(input, "pullRequestId", nodes) is { } number:
                return new RestEquivalent($"PUT {Repository}/pulls/{{pull_number}}/update-branch", new() { ["pull_number"] = number }, Sparse(("expected_head_sha", Text(input, "expectedHeadOid"))))
                {
                    Expected = ("expected_head_sha", "expectedHeadOid"),
                };
            case GraphMutationKind.Create when Text(input, "name") is { } name && Text(input, "oid") is { } oid:
                return new RestEquivalent($"POST {Repository}/git/refs", [], Sparse(("ref", name), ("sha", oid)));
            case GraphMutationKind.Move when RefOf(input, nodes) is { } name && Text(input, "oid") is { } oid:
                var force = input["force"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True;
                return new RestEquivalent($"PATCH {Repository}/git/refs/{{ref}}", new() { ["ref"] = name }, new JsonObject { ["sha"] = oid, ["force"] = force })
                {
                    // Whether commits are dropped was looked up: GitHub is not to drop any that came meanwhile.
                    Expected = ("force", "force"),
                };
            case GraphMutationKind.Delete when RefOf(input, nodes) is { } name:
                return new RestEquivalent($"DELETE {Repository}/git/refs/{{ref}}", new() { ["ref"] = name }, null);
            case GraphMutationKind.Open:
                return new RestEquivalent($"POST {Repository}/pulls", [], Sparse(
                    ("title", Text(input, "title")), ("head", Text(input, "headRefName")), ("base", Text(input, "baseRefName")), ("body", Text(input, "body"))));
            case GraphMutationKind.Edit when Number(input, "pullRequestId", nodes) is { } number:
                return new RestEquivalent($"PATCH {Repository}/pulls/{{pull_number}}", new() { ["pull_number"] = number }, Sparse(
                    ("title", Text(input, "title")), ("body", Text(input, "body")), ("base", Text(input, "baseRefName"))));
            case GraphMutationKind.Branch when Text(input, "base") is { } onto && Text(input, "head") is { } head:
                return new RestEquivalent($"POST {Repository}/merges", [], Sparse(("base", onto), ("head", head), ("commit_message", Text(input, "commitMessage"))))
                {
                    Expected = ("head", "head"),
                };
            default:
                return Refusals.Malformed($"The input of {root.Field} is not whole, or its node id is of something else.");
        }
    }

    private static string? Number(JsonObject input, string name, NodeLookup nodes) =>
        Text(input, name) is { } id && nodes[id].Child("__typename").Text() == "PullRequest" && nodes[id].Child("number").Number() is { } number
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>The ref that an id stands for, without <c>refs/</c>.</summary>
    private static string? RefOf(JsonObject input, NodeLookup nodes) =>
        Text(input, "refId") is { } id && nodes[id].Child("prefix").Text() is { } prefix && nodes[id].Child("name").Text() is { } name
        && RefName.TryParse(prefix + name, out var reference) ? reference.Value["refs/".Length..] : null;

    private static string? Text(JsonObject input, string name) => input[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Sparse(params (string Name, string? Value)[] members) =>
        new(members.Where(static member => member.Value is not null).Select(static member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value)));

    /// <summary>The REST call that does the same.</summary>
    private sealed record RestEquivalent(string Route, Dictionary<string, string> Parameters, JsonObject? Body)
    {
        /// <summary>The member that holds it to what was looked up, there and in the mutation's input; null when there is none.</summary>
        public (string OfRest, string OfGraph)? Expected { get; init; }
    }
}

/// <summary>A mutation that moves a ref.</summary>
/// <param name="Effect">What it does.</param>
/// <param name="Input">The input to send.</param>
internal sealed record GraphMoved(RestEffect Effect, JsonObject Input);
