using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub;
using CursorBroker.Gateway.GitHub.Graph;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Tests.GitHub.Changing;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Graph;

/// <summary>The GraphQL room in the real pipeline, before a GitHub that answers as told.</summary>
internal sealed class GraphHarness(PipelineHarness pipeline) : IAsyncDisposable
{
    /// <summary>The id that the fake vault gives every repository.</summary>
    public const long RepositoryId = 7;

    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, issues: write, metadata: read, pull_requests: write }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**", main] }
            deny:
              - { read: { paths: ["secret/**"] } }
              - { push: { paths: ["secret/**"] } }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [leads] } }
        """;

    private readonly Dictionary<string, string> _questions = [];

    public PipelineHarness Pipeline => pipeline;

    /// <summary>What was asked of GitHub's GraphQL, bodies in order.</summary>
    public List<JsonObject> Sent { get; } = [];

    /// <summary>What git has at the upstream.</summary>
    public MadeRepository Git { get; } = new();

    /// <summary>Answers the request itself, not the broker's questions.</summary>
    public string Answer { get; set; } = """{"data":{}}""";

    public static async Task<GraphHarness> StartAsync(string policy = Policy, IRestExaminer? examiner = null)
    {
        var rest = new RestOptions();
        var harness = new GraphHarness(await PipelineHarness.StartAsync(
            policyText: policy,
            inRoom: upstream => new GraphRoom(
                new RestServices(rest, new RestBudget(rest), upstream, new UpstreamUrls(upstream, FakeDesk.Links), new RequestSnapshots(new WithholdingMasker(), new SnapshotLimits()), MadeScanners.NewInspector(), MadeSecrets.Scanners),
                new GraphServices(new FakeCatalog(), new GraphMoves(
                    ApiRoutes.GitHub,
                    examiner is null ? [] : [examiner],
                    new ChangeServices(
                        new SpoolBudget(new InspectionOptions()), new InspectionTurns(new InspectionOptions(), TimeProvider.System), new InspectionOptions(), new SnapshotBuilder(new WithholdingMasker(), new SnapshotLimits()), MadeSecrets.Scanners))))));
        harness.Pipeline.Upstream.Answer = harness.Serve;
        harness.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        return harness;
    }

    /// <summary>The broker's own GraphQL question for nodes is answered with these, in the order of the ids.</summary>
    public GraphHarness WithNodes(params string[] nodes)
    {
        _questions["graphql"] = "{\"data\":{\"nodes\":[" + string.Join(",", nodes) + "]}}";
        return this;
    }

    /// <summary>The broker's own REST question is answered with this.</summary>
    public GraphHarness With(string pathAndQuery, string json)
    {
        _questions[$"repos/acme/payments-api{pathAndQuery}"] = json;
        return this;
    }

    /// <summary>A node as the broker's question for it is answered.</summary>
    public static string Node(string type, string id, long repository, string head = "cursor/x", string @base = "main") =>
        $$"""{"__typename":"{{type}}","id":"{{id}}","number":3,"headRefName":"{{head}}","baseRefName":"{{@base}}","isCrossRepository":false,"repository":{"databaseId":{{repository}} } }""";

    /// <summary>A node id in GitHub's form of today.</summary>
    public static string Id(string prefix, uint repository, byte thing = 1) => $"{prefix}_{Convert.ToBase64String([0x93, 0, 0xce, (byte)(repository >> 24), (byte)(repository >> 16), (byte)(repository >> 8), (byte)repository, thing]).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";

    public async Task<(HttpStatusCode Status, JsonObject Body)> AskAsync(string query, JsonObject? variables = null) =>
        await PostAsync(new JsonObject { ["query"] = query, ["variables"] = variables }.ToJsonString());

    public async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await pipeline.Client.PostAsync(new Uri("/api/graphql", UriKind.Relative), content);
        return (answer.StatusCode, (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>The first error's message.</summary>
    public static string Error(JsonObject body) => body["errors"]![0]!["message"]!.GetValue<string>();

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();

    private HttpResponseMessage Serve(HttpRequestMessage request)
    {
        var path = request.RequestUri!.PathAndQuery.TrimStart('/');
        if (path.EndsWith(".git/git-upload-pack", StringComparison.Ordinal))
        {
            return new(HttpStatusCode.OK) { Content = new ByteArrayContent(Git.AnswerGit(pipeline.Upstream.Bodies[^1])) { Headers = { ContentType = new("application/x-git-upload-pack-result") } } };
        }

        if (path != "graphql")
        {
            return _questions.TryGetValue(path.Replace("Acme/Payments-API", "acme/payments-api", StringComparison.Ordinal), out var found) ? Json(found) : new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json")) };
        }

        var body = (JsonObject)JsonNode.Parse(pipeline.Upstream.Bodies[^1])!;
        if (body["query"]!.GetValue<string>().Contains("nodes(ids: $ids) { __typename id", StringComparison.Ordinal))
        {
            return Json(_questions["graphql"]);
        }

        Sent.Add(body);
        return Json(Answer);
    }

    private static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json; charset=utf-8")) };

    private sealed class FakeCatalog : IRepositoryCatalog
    {
        public ValueTask<CatalogOutcome> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult<CatalogOutcome>(new CatalogOutcome.Listed(
            [Listed(RepositoryId, "acme/payments-api"), Listed(8, "acme/payments-web"), Listed(9, "acme/vault-config")]));

        private static CatalogRepository Listed(long id, string name) => new(new RepositoryIdentity(id, RepositoryName.Parse(name)), "{}"u8.ToArray());
    }
}
