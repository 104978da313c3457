using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>What is on record when: of a read before its answer, of a write before it leaves.</summary>
[TestClass]
public sealed class RecordingTests
{
    private static readonly RepositoryName Payments = RepositoryName.Parse("acme/payments-api");
    private static readonly GitOid One = GitOid.Parse("1111111111111111111111111111111111111111");
    private static readonly GitOid Two = GitOid.Parse("2222222222222222222222222222222222222222");

    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    public async Task Read_IsUnderWayWhileItsIntentIsWritten_AndAnsweredOnlyThen()
    {
        await using var harness = await StartAsync(static () => new TestRequest([Operation.GitRead(Payments)]));
        HoldBack<ForwardIntended>(harness);

        var answering = harness.Client.GetAsync("/x");
        await _asked.Task;
        await Task.WhenAny(answering, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.IsFalse(answering.IsCompleted, "An answer came before it was on record that it was asked for.");
        _durable.SetResult();
        using var answer = await answering;

        Assert.AreEqual("upstream says", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Attack_ReadWhileTheLedgerFails_NotAByteOfTheAnswerGetsOut()
    {
        await using var harness = await StartAsync(static () => new TestRequest([Operation.GitRead(Payments)]));
        HoldBack<ForwardIntended>(harness);

        var answering = harness.Client.GetAsync("/x");
        await _asked.Task;
        harness.Ledger.Durable = static _ => Task.CompletedTask;
        _durable.SetException(new LedgerUnavailableException("disk full"));
        using var answer = await answering;

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("upstream says", await answer.Content.ReadAsStringAsync());
        Assert.IsFalse(answer.Headers.Contains("X-GitHub-Request-Id"));
        Assert.AreEqual("allow", harness.Ledger.Single<OperationDecided>().Outcome);
        Assert.AreEqual("record", harness.Ledger.Single<RequestRefused>().Stage);
        Assert.HasCount(1, harness.Ledger.Events.OfType<ForwardIntended>());
        await harness.Vault.ReleasedAsync(1);
    }

    [TestMethod]
    public async Task Read_ItsEnd_IsNotWaitedFor_ButByTheBrokersStop()
    {
        await using var harness = await StartAsync(static () => new TestRequest([Operation.GitRead(Payments)]));
        HoldBack<ExchangeCompleted>(harness);

        using var one = await harness.Client.GetAsync("/x");
        using var next = await harness.Client.GetAsync("/x");
        Assert.AreEqual(HttpStatusCode.OK, next.StatusCode);
        var stopped = harness.Ends.StopAsync(new CancellationToken(canceled: true));
        Assert.IsFalse(stopped.IsCompleted, "The broker stopped without the ends of what it did.");
        _durable.SetResult();
        await stopped;

        Assert.HasCount(2, harness.Ledger.Events.OfType<ExchangeCompleted>());
    }

    [TestMethod]
    [DataRow(true, false, DisplayName = "what can write, by GET")]
    [DataRow(false, true, DisplayName = "what cannot write, by POST: a comment may need no more than reading")]
    public async Task Write_IsNotUnderWayWhileItsIntentIsWritten(bool writes, bool posts)
    {
        var operation = writes ? Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/cursor/a"), One, Two)) : Operation.GitRead(Payments);
        await using var harness = await StartAsync(() => new TestRequest([operation]) { Body = posts ? new MemoryStream([1]) : null });
        HoldBack<ForwardIntended>(harness);
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var durable = harness.Ledger.Durable;
        harness.Ledger.Durable = events =>
        {
            writing.TrySetResult();
            return durable(events);
        };

        var answering = harness.Client.GetAsync("/x");
        await writing.Task;
        await Task.WhenAny(_asked.Task, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.IsEmpty(harness.Upstream.Requests);
        _durable.SetResult();
        using var answer = await answering;

        Assert.HasCount(1, harness.Upstream.Requests);
    }

    private async Task<PipelineHarness> StartAsync(Func<Outcome<ProtocolRequest>> classify)
    {
        var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = classify;
        harness.Upstream.Answer = _ =>
        {
            _asked.TrySetResult();
            return ScriptedUpstream.Good();
        };
        return harness;
    }

    private void HoldBack<T>(PipelineHarness harness)
        where T : AuditEvent => harness.Ledger.Durable = events => events.OfType<T>().Any() ? _durable.Task : Task.CompletedTask;
}
