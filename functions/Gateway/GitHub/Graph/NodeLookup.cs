using System.Collections.Frozen;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// Looks node ids up with a credential for one repository, and holds them to it. Public things of other repositories are seen with any credential, so that GitHub's answering is
/// not enough: each must say that it is of this very repository.
/// </summary>
internal sealed class NodeLookup(IUpstreamReader upstream)
{
    private const int MaxAnswer = 1024 * 1024;
    private const int MaxNodes = 100;

    // What may be named by its id, by the prefix of such ids, and where it says of which repository it is. A type is only asked about where an id is of it: an older server that lacks
    // one would refuse the whole question.
    private const string InRepository = "repository { databaseId }";
    private const string Branches = "headRefName baseRefName isCrossRepository";

    private static readonly FrozenDictionary<string, (string Type, string Fields)> Kinds = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["R"] = ("Repository", "databaseId"),
        ["I"] = ("Issue", $"number {InRepository}"),
        ["PR"] = ("PullRequest", $"number {Branches} {InRepository}"),
        ["IC"] = ("IssueComment", InRepository),
        ["PRR"] = ("PullRequestReview", $"pullRequest {{ {Branches} }} {InRepository}"),
        ["PRRC"] = ("PullRequestReviewComment", $"pullRequest {{ {Branches} }} {InRepository}"),
        ["PRRT"] = ("PullRequestReviewThread", $"pullRequest {{ {Branches} }} {InRepository}"),
        ["LA"] = ("Label", InRepository),
        ["MI"] = ("Milestone", InRepository),
        ["REF"] = ("Ref", $"name prefix {InRepository}"),
        ["C"] = ("Commit", InRepository),
        ["RE"] = ("Release", InRepository),
        ["CR"] = ("CheckRun", InRepository),
        ["CS"] = ("CheckSuite", InRepository),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, JsonElement> _nodes = new(StringComparer.Ordinal);

    /// <summary>Looks them all up. Null when every one of them is there, of this repository, and no pull request of hidden branches nor a part of one.</summary>
    public async ValueTask<Refusal?> LoadAsync(IEnumerable<string> ids, RefVisibility named, CancellationToken cancellationToken)
    {
        var asked = ids.Distinct(StringComparer.Ordinal).ToList();
        if (asked.Count == 0)
        {
            return null;
        }

        if (asked.Count > MaxNodes)
        {
            return Refusals.NotSupported($"More than {MaxNodes} node ids at once.");
        }

        var kinds = asked.Select(static id => id[..Math.Max(0, id.IndexOf('_', StringComparison.Ordinal))]).Distinct(StringComparer.Ordinal).ToList();
        if (kinds.FirstOrDefault(static kind => !Kinds.ContainsKey(kind)) is { } unknown)
        {
            return Refusals.NotSupported($"What has a node id that begins with '{unknown}' cannot be asked for by it; ask by the repository's name.");
        }

        var question = $"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id {string.Join(' ', kinds.Select(static kind => $"... on {Kinds[kind].Type} {{ {Kinds[kind].Fields} }}"))} }} }}";
        var body = RestBody.Write(new JsonObject { ["query"] = question, ["variables"] = new JsonObject { ["ids"] = new JsonArray([.. asked.Select(static id => (JsonNode)id)]) } });
        var exchange = new UpstreamExchange
        {
            Face = UpstreamFace.GraphQl,
            Method = HttpMethod.Post,
            PathAndQuery = "graphql",
            Headers = [new("Accept", RestMediaTypes.Json), new("Content-Type", RestMediaTypes.Json)],
            Body = new MemoryStream(body, writable: false),
            Answer = new TypedAnswer(RestMediaTypes.Json, AnswerForm.Json),
        };
        var answer = await upstream.ReadAsync<Answered>(exchange, ReadAsync, cancellationToken);
        if (!answer.Succeeded(out var answered, out var refusal))
        {
            return refusal;
        }

        if (((JsonElement?)answered.Json).Child("data").Child("nodes").Entries()?.ToList() is not { } nodes || nodes.Count != asked.Count)
        {
            return new Refusal(Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer to a question of the broker's own cannot be read."), "node ids: no list of as many nodes as were asked for");
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Child("id").Text() != asked[i] || RepositoryOf(nodes[i]) != upstream.Repository.Id)
            {
                return Refusals.Unknown(Stage.Examine, $"the node {asked[i]} is not of {upstream.Repository.Name}");
            }

            if (PullOf(nodes[i]) is { } pull && !named.IsEverything && !IsShown(pull, named))
            {
                return Refusals.Unknown(Stage.Examine, $"the node {asked[i]} is of a pull request of hidden branches");
            }

            _nodes.Add(asked[i], nodes[i]);
        }

        return null;
    }

    /// <summary>A node that was looked up.</summary>
    public JsonElement this[string id] => _nodes[id];

    private static long? RepositoryOf(JsonElement node) => node.Child("__typename").Text() == "Repository" ? node.Child("databaseId").Number() : node.Child("repository").Child("databaseId").Number();

    private static JsonElement? PullOf(JsonElement node) => node.Child("__typename").Text() switch
    {
        "PullRequest" => node,
        "PullRequestReview" or "PullRequestReviewComment" or "PullRequestReviewThread" => node.Child("pullRequest") ?? default(JsonElement),
        _ => null,
    };

    // A fork's branches are the fork's.
    private static bool IsShown(JsonElement pull, RefVisibility named) => Shows(pull.Child("baseRefName").Text(), named)
        && (pull.Child("isCrossRepository") is { ValueKind: JsonValueKind.True } || Shows(pull.Child("headRefName").Text(), named));

    private static bool Shows(string? branch, RefVisibility named) => branch is not null && RefName.TryParse($"refs/heads/{branch}", out var name) && named.Shows(name);

    private static async ValueTask<Outcome<Answered>> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (whole.Length + read.Buffer.Length > MaxAnswer)
            {
                return new Refusal(Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer to a question of the broker's own is too large."), "node ids");
            }

            foreach (var segment in read.Buffer)
            {
                whole.Write(segment.Span);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        try
        {
            return new Answered(JsonElement.Parse(whole.ToArray()));
        }
        catch (JsonException malformed)
        {
            return new Refusal(Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer to a question of the broker's own cannot be read."), $"node ids: {malformed.Message}");
        }
    }

    private sealed record Answered(JsonElement Json);
}
