using System.Net;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Limits;

[TestClass]
public sealed class LimitedPipelineTests
{
    private static readonly Operation Read = Operation.GitRead(RepositoryName.Parse("acme/payments-api"));

    [TestMethod]
    public async Task Caller_AskingForMoreThanTheirPoints_IsToldWhenToComeAgainAndNothingIsSent()
    {
        await using var harness = await PipelineHarness.StartAsync(limits: new LimitOptions { CallerPointsPerMinute = 1, CallerBurst = 5 });
        harness.Room.Classify = static () => new TestRequest([Read]) { Cost = 5 };
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        using var first = await harness.Client.GetAsync("/x");
        using var second = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.OK, first.StatusCode);
        Assert.AreEqual(RefusalKind.RateLimited, harness.Room.Refused!.Kind);
        Assert.IsGreaterThan(TimeSpan.FromMinutes(4), harness.Room.Refused.RetryAfter!.Value);
        Assert.HasCount(1, harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Caller_GitRequests_AreNotCounted()
    {
        await using var harness = await PipelineHarness.StartAsync(limits: new LimitOptions { CallerPointsPerMinute = 1, CallerBurst = 1 });
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await harness.Client.GetAsync("/x");
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [TestMethod]
    public async Task Upstream_AskedToWait_IsNotCalledAgainUntilThen()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Read]) { Face = UpstreamFace.Api };
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "600" } } };
        using var first = await harness.Client.GetAsync("/x");
        using var second = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.RateLimited, harness.Room.Refused!.Kind);
        Assert.HasCount(1, harness.Upstream.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.BadGateway)]
    [DataRow(HttpStatusCode.ServiceUnavailable)]
    [DataRow(HttpStatusCode.GatewayTimeout)]
    public async Task Upstream_OutOfOrderForAMoment_ReadIsTriedAgain(HttpStatusCode status)
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = _ => harness.Upstream.Requests.Count < 3 ? new HttpResponseMessage(status) : ScriptedUpstream.Good();

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.HasCount(3, harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Upstream_StaysOutOfOrder_ReadIsNotTriedForEver()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.HasCount(1 + Retries.Most, harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Upstream_OutOfOrderForAMoment_WriteIsNeverTriedAgain()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Read]) { Body = new MemoryStream("body"u8.ToArray()) };
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.HasCount(1, harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Upstream_AtFaultItself_ReadIsNotTriedAgain()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.InternalServerError);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.HasCount(1, harness.Upstream.Requests);
    }
}
