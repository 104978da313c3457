using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Masking;
using CursorBroker.Gateway.GitHub;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

/// <summary>The REST room in the real pipeline, before a GitHub that answers as told.</summary>
internal sealed class RestHarness(PipelineHarness pipeline, RestRoom room) : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, issues: write, actions: read, metadata: read, pull_requests: read }
            lifetime: 7m
        """;

    public PipelineHarness Pipeline => pipeline;

    public RestRoom Room => room;

    public HttpClient Client => pipeline.Client;

    public List<HttpRequestMessage> Sent => pipeline.Upstream.Requests;

    public static async Task<RestHarness> StartAsync(
        string policy = Policy, RestOptions? options = null, IRestExaminer? examiner = null, IRestOpener? opener = null, ITextMasker? masker = null, InspectionOptions? inspection = null)
    {
        var rest = options ?? new RestOptions();
        RestRoom made = null!;
        var pipeline = await PipelineHarness.StartAsync(
            policyText: policy,
            inRoom: upstream => made = new RestRoom(
                ApiRoutes.GitHub,
                examiner is null ? [] : [examiner],
                opener is null ? [] : [opener],
                new RestServices(
                    rest, new RestBudget(rest), upstream, new UpstreamUrls(upstream, FakeDesk.Links), new RequestSnapshots(masker ?? new WithholdingMasker(), new SnapshotLimits()), MadeScanners.NewInspector(inspection), MadeSecrets.Scanners)));
        return new(pipeline, made);
    }

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status)
    {
        Content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json; charset=utf-8")),
        Headers = { { "X-GitHub-Request-Id", "GH-1" } },
    };

    public static HttpResponseMessage Redirect(string location, HttpStatusCode status = HttpStatusCode.Found) =>
        new(status) { Headers = { Location = new Uri(location) }, Content = new StringContent("", MediaTypeHeaderValue.Parse("text/html")) };

    public void Answer(HttpResponseMessage answer) => pipeline.Upstream.Answer = _ => answer;

    public void Answer(string json) => pipeline.Upstream.Answer = _ => Json(json);

    /// <summary>What a refusal says, and that it is in GitHub's shape.</summary>
    public static async Task<JsonObject> RefusalAsync(HttpResponseMessage answer)
    {
        Assert.AreEqual("application/json", answer.Content.Headers.ContentType?.MediaType);
        var body = (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.AreEqual(((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)body["status"]);
        Assert.StartsWith("https://docs.github.com/", (string?)body["documentation_url"] ?? "");
        return body;
    }

    /// <summary>Sends bytes as they are, and reads until the server closes.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var client = new TcpClient();
        var address = pipeline.Client.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();
}
