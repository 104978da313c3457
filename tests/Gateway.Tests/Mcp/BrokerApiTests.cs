using System.Diagnostics;
using System.Net;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.GitHub.Rest;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.Mcp;

/// <summary>Inner calls through the real pipeline: as from outside, and answered as values.</summary>
[TestClass]
public sealed class BrokerApiTests
{
    private static readonly ApiPath Issues = ApiPath.Of("/repos/{owner}/{repo}/issues", "acme", "payments-api");

    [TestMethod]
    public async Task Call_IsDecidedForwardedWithAMintedToken_AndRecorded()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Pipeline.Upstream.Answer = static _ =>
        {
            var answer = RestHarness.Json("""[{"number":1}]""");
            answer.Headers.TryAddWithoutValidation("Link", "<https://api.upstream.example/repositories/1/issues?page=2>; rel=\"next\"");
            return answer;
        };

        var answer = await Api(rest).SendAsync(ApiCallRequest.Get(Issues, ("state", "open")), CancellationToken.None);

        Assert.IsTrue(answer.IsSuccess && answer.HasNextPage, answer.Text);
        Assert.AreEqual(1, (int?)answer.Json()![0]!["number"]);
        Assert.AreEqual("/repos/Acme/Payments-API/issues?state=open", rest.Sent.Single().RequestUri!.PathAndQuery);
        Assert.DoesNotContain(FakeAuthenticator.GoodToken, rest.Sent.Single().Headers.ToString());
        Assert.AreEqual(answer.Reference, rest.Pipeline.Ledger.Single<OperationDecided>().Request);
        Assert.AreEqual(answer.Reference, rest.Pipeline.Ledger.Single<ForwardIntended>().Request);
    }

    [TestMethod]
    public async Task Call_WithoutAGoodToken_IsRefused_AndNothingIsSent()
    {
        await using var rest = await RestHarness.StartAsync();

        var answer = await Api(rest, "Bearer somebody").SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);

        Assert.AreEqual(RefusalKind.Unauthenticated, answer.Refusal?.Kind);
        Assert.IsEmpty(rest.Sent);
    }

    [TestMethod]
    public async Task Call_ThatThePolicyDenies_IsAValueWithItsReason()
    {
        await using var rest = await RestHarness.StartAsync();

        var denied = await Api(rest).SendAsync(ApiCallRequest.Send(HttpMethod.Delete, ApiPath.Of("/repos/{owner}/{repo}/actions/artifacts/{artifact_id}", "acme", "payments-api", "1")), CancellationToken.None);
        var hidden = await Api(rest).SendAsync(ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/issues", "acme", "other")), CancellationToken.None);

        Assert.AreEqual((RefusalKind.Denied, RefusalKind.NotFound), (denied.Refusal!.Kind, hidden.Refusal!.Kind));
        Assert.Contains("actions", denied.Refusal.Message.Value);
        Assert.AreEqual(denied.Reference, denied.Refusal.Reference);
        Assert.IsEmpty(rest.Sent);
    }

    [TestMethod]
    public async Task Answer_OfAnError_IsGitHubsOwn()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Answer(RestHarness.Json("""{"message":"Not Found"}""", HttpStatusCode.NotFound));

        var answer = await Api(rest).SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);

        Assert.AreEqual((404, false, null), (answer.Status, answer.IsSuccess, answer.Refusal));
    }

    [TestMethod]
    public async Task Answer_BeyondItsBound_IsRefusedWhole()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Answer($$"""[{"title":"{{new string('x', 5000)}}"}]""");

        var answer = await Api(rest).SendAsync(ApiCallRequest.Get(Issues) with { MaxBytes = 1000 }, CancellationToken.None);

        Assert.AreEqual(RefusalKind.TooLarge, answer.Refusal?.Kind);
        Assert.DoesNotContain("may have been done", answer.Refusal!.Message.Value);
        Assert.IsTrue(answer.Body.IsEmpty);
    }

    [TestMethod]
    public async Task Answer_OfAChangeBeyondItsBound_SaysThatItMayHaveBeenDone()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Answer($$"""{"title":"{{new string('x', 5000)}}"}""");

        var answer = await Api(rest).SendAsync(ApiCallRequest.Send(HttpMethod.Post, Issues, new System.Text.Json.Nodes.JsonObject { ["title"] = "x" }) with { MaxBytes = 1000 }, CancellationToken.None);

        Assert.AreEqual(RefusalKind.TooLarge, answer.Refusal?.Kind);
        Assert.Contains("may have been done", answer.Refusal!.Message.Value);
    }

    [TestMethod]
    public async Task Attack_ManyLargeAnswersAtOnce_HaveOneBudgetAndTheRestIsToldToComeAgain()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Answer($$"""[{"title":"{{new string('x', 40_000)}}"}]""");
        var budget = new AnswerBudget(new() { MaxAnswerBytes = 100_000 });
        var (one, other) = (budget.Open(), budget.Open());

        var first = await Api(rest, share: one).SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);
        var crowded = await Api(rest, share: other).SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);
        one.Dispose();
        other.Dispose();
        var again = await Api(rest, share: budget.Open()).SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);

        Assert.IsTrue(first.IsSuccess && again.IsSuccess);
        Assert.AreEqual((RefusalKind.Unavailable, 503), (crowded.Refusal!.Kind, crowded.Status));
        Assert.Contains("too many large answers", crowded.Refusal.Message.Value);
    }

    [TestMethod]
    public async Task Call_WhoseCallerIsGone_IsCancelled()
    {
        await using var rest = await RestHarness.StartAsync();
        using var gone = new CancellationTokenSource();
        rest.Pipeline.Upstream.Answer = _ =>
        {
            gone.Cancel();
            return RestHarness.Json("[]");
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => Api(rest).SendAsync(ApiCallRequest.Get(Issues), gone.Token).AsTask());
    }

    [TestMethod]
    public async Task Call_CarriesTheTraceOfTheMessage_WhateverTraceAClientSays()
    {
        await using var rest = await RestHarness.StartAsync();
        rest.Answer("[]");
        using var message = new Activity("message").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var other = new Activity("by the client's word").SetIdFormat(ActivityIdFormat.W3C).SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom()).Start();
        var traces = new List<ActivityTraceId?>();
        rest.Pipeline.Ledger.OnAppend = _ => traces.Add(Activity.Current?.TraceId);

        await Api(rest, trace: message).SendAsync(ApiCallRequest.Get(Issues), CancellationToken.None);

        Assert.IsNotEmpty(traces);
        Assert.IsTrue(traces.TrueForAll(trace => trace == message.TraceId));
        Assert.AreSame(other, Activity.Current, "what was current before is current again");
    }

    private static BrokerApi Api(RestHarness rest, string authorization = $"Bearer {FakeAuthenticator.GoodToken}", Activity? trace = null, BudgetShare? share = null) => new(
        rest.Pipeline.Pipeline,
        face => face == ApiFace.Rest ? rest.Room : throw new InvalidOperationException("Nobody asked for that room."),
        new ApprovalLinks(static () => new Uri("https://broker.example/")),
        new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(),
        share ?? new AnswerBudget(new()).Open(),
        authorization,
        trace);
}
