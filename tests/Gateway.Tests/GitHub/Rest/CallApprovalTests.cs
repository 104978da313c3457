using System.Net;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

/// <summary>Calls that wait for people: one approval is for one call, in all that changes what is sent or answered.</summary>
[TestClass]
public sealed class CallApprovalTests
{
    private const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: read, issues: write }
            approve: [{ when: { api: { routes: ["**"] } }, by: { groups: [leads] } }]
        """;

    private const string Commit = "/api/v3/repos/acme/payments-api/commits/main";
    private const string Issues = "/api/v3/repos/acme/payments-api/issues";

    [TestMethod]
    [DataRow("GET", Commit, "Accept: application/vnd.github.diff", "GET", Commit, "", DisplayName = "attack: the commit is approved, and its files asked for as a diff")]
    [DataRow("GET", Commit, "Accept: application/vnd.github.diff", "GET", Commit, "Accept: application/vnd.github.patch")]
    [DataRow("GET", Commit, "Accept: application/vnd.github.text+json", "GET", Commit, "Accept: application/vnd.github.full+json", DisplayName = "two names for one kind of form")]
    [DataRow("HEAD", Commit, "", "GET", Commit, "", DisplayName = "attack: whether it is there is approved, and then it is read")]
    [DataRow("GET", Commit, "Range: bytes=0-1", "GET", Commit, "", DisplayName = "attack: a part is approved, and then the whole is read")]
    [DataRow("GET", Commit + "?page=1", "", "GET", Commit + "?page=2", "")]
    [DataRow("POST", Issues, """{"title":"a"}""", "POST", Issues, """{"title":"b"}""")]
    [DataRow("GET", Issues, "", "POST", Issues, """{"title":"a"}""")]
    public async Task Call_ApprovedInOneForm_IsAskedAnewInAnother(string method, string path, string with, string otherMethod, string otherPath, string otherWith)
    {
        var asked = await AskAsync((method, path, with), (method, path, with), (otherMethod, otherPath, otherWith));

        Assert.AreEqual(asked[0].Fingerprint, asked[1].Fingerprint, "the same is the same");
        Assert.AreNotEqual(asked[0].Fingerprint, asked[2].Fingerprint);
    }

    [TestMethod]
    [DataRow("", "Accept: application/json")]
    [DataRow("", "Accept: application/vnd.github.v3+json")]
    [DataRow("", "X-GitHub-Api-Version: 1999-01-01", DisplayName = "one that is not known here is not sent")]
    [DataRow("", "If-None-Match: \"x\"", DisplayName = "what it has already lets it see nothing more")]
    [DataRow("", "User-Agent: other/1")]
    public async Task Call_ThatIsSentAlike_IsTheSame(string one, string other)
    {
        var asked = await AskAsync(("GET", Commit, one), ("GET", Commit, other));

        Assert.AreEqual(asked[0].Fingerprint, asked[1].Fingerprint);
    }

    [TestMethod]
    public async Task Call_InAnotherForm_SaysSoToWhoApprovesIt()
    {
        var asked = await AskAsync(("GET", Commit, "Accept: application/vnd.github.diff"), ("HEAD", Commit, "Range: bytes=0-1"), ("GET", Commit, ""));

        Assert.AreEqual("GET /repos/acme/payments-api/commits/main as application/vnd.github.diff", asked[0].Summary.Single());
        Assert.AreEqual("application/vnd.github.diff", (await asked[0].Snapshot(CancellationToken.None)).Request!.Form);
        Assert.AreEqual("HEAD /repos/acme/payments-api/commits/main as application/vnd.github+json, bytes=0-1 of it", asked[1].Summary.Single());
        Assert.AreEqual(("HEAD", "application/vnd.github+json, bytes=0-1 of it"), ((await asked[1].Snapshot(CancellationToken.None)).Request!.Method, (await asked[1].Snapshot(CancellationToken.None)).Request!.Form));
        Assert.AreEqual("GET /repos/acme/payments-api/commits/main", asked[2].Summary.Single());
        Assert.IsNull((await asked[2].Snapshot(CancellationToken.None)).Request!.Form, "the usual one goes without saying");
    }

    [TestMethod]
    public async Task Call_WhoseNamesWereLookedUp_IsApprovedForWhatTheyStoodFor()
    {
        // Attack: main is approved as it is, and read as it will be.
        var examiner = new Pinning();
        await using var harness = await StartAsync(examiner);
        foreach (var commit in (string[])["1", "1", "2"])
        {
            examiner.Commit = new string(commit[0], 40);
            using var answer = await SendAsync(harness, "GET", Commit, "");
        }

        var asked = harness.Pipeline.Desk.Requests;
        Assert.AreEqual(asked[0].Fingerprint, asked[1].Fingerprint);
        Assert.AreNotEqual(asked[0].Fingerprint, asked[2].Fingerprint);
        Assert.AreEqual($"/repos/acme/payments-api/commits/{new string('2', 40)}", (await asked[2].Snapshot(CancellationToken.None)).Request!.Path);
    }

    private static async Task<List<ApprovalRequest>> AskAsync(params (string Method, string Path, string With)[] calls)
    {
        await using var harness = await StartAsync(new Pinning());
        foreach (var (method, path, with) in calls)
        {
            using var answer = await SendAsync(harness, method, path, with);
            Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.IsEmpty(harness.Sent);
        return harness.Pipeline.Desk.Requests;
    }

    private static async Task<RestHarness> StartAsync(IRestExaminer examiner)
    {
        var harness = await RestHarness.StartAsync(Policy, examiner: examiner);
        harness.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        return harness;
    }

    private static async Task<HttpResponseMessage> SendAsync(RestHarness harness, string method, string path, string with)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (with.StartsWith('{'))
        {
            request.Content = new StringContent(with, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));
        }
        else if (with.Length > 0)
        {
            Assert.IsTrue(request.Headers.TryAddWithoutValidation(with.Split(": ")[0], with.Split(": ")[1]));
        }

        return await harness.Client.SendAsync(request);
    }

    /// <summary>Reads contents at the commit that the name stands for.</summary>
    private sealed class Pinning : IRestExaminer
    {
        public string? Commit { get; set; }

        public Core.GitHub.Routes.ApiRouteKind Kind => Core.GitHub.Routes.ApiRouteKind.Contents;

        public Gateway.Pipeline.Outcome<IReadOnlyList<Core.Operations.Operation>> Outline(RestCall call) =>
            Gateway.Pipeline.Outcome<IReadOnlyList<Core.Operations.Operation>>.Of([Core.Operations.Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall())]);

        public ValueTask<Gateway.Pipeline.Outcome<RestEffect>> ExamineAsync(
            RestCall call, Gateway.Pipeline.IUpstreamReader upstream, Gateway.Pipeline.Preview preview, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Gateway.Pipeline.Outcome<RestEffect>>(new RestEffect([Core.Operations.Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall())])
            {
                Parameters = Commit is null ? null : call.Match.Parameters.SetItem("ref", Commit),
            });
    }
}
