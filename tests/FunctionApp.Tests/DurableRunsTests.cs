using System.Collections.Concurrent;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.FunctionApp.Approvals;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CursorBroker.FunctionApp.Tests;

/// <summary>The orchestrator and the client on Durable's own engine, in this process.</summary>
[TestClass]
public sealed class DurableRunsTests : IApprovalTrouble, IApprovalObserver, ILedger
{
    private readonly ConcurrentQueue<string> _told = [];
    private readonly List<string> _expectedTroubles = [];
    private readonly DurableRuns _runs = new();
    private readonly OrchestratedApprovalHome _home;
    private DurableTaskTestHost _host = null!;

    public DurableRunsTests() => _home = new OrchestratedApprovalHome(_runs, new OneKeySealer(), this, new ApprovalOptions(), TimeProvider.System);

    [TestInitialize]
    public async Task StartAsync()
    {
        var errands = new ApprovalErrands(new ApprovalTeller(this, [this], this, TimeProvider.System));
        _host = await DurableEngine.StartAsync(
            registry =>
            {
                registry.AddOrchestratorFunc<string, bool>(ApprovalOrchestrator.Name, static async (context, _) =>
                {
                    await ApprovalOrchestrator.RunAsync(context);
                    return true;
                });
                registry.AddActivityFunc<string, bool>(ApprovalActivities.Tell, (_, order) => errands.TellAsync(order, CancellationToken.None));
                registry.AddActivityFunc<string>(ApprovalActivities.Remind, (_, order) => errands.RemindAsync(order, CancellationToken.None));
            });
        _runs.Use(_host.Client);
    }

    [TestCleanup]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestMethod]
    [Timeout(120_000)]
    public async Task Approval_FromItsOpeningToItsUse_AndNeverAgain()
    {
        var opened = Pending();
        Assert.IsNull(await _home.FindAsync(opened.Id, CancellationToken.None));
        Assert.IsTrue(await _home.StartAsync(opened, CancellationToken.None));
        Assert.IsFalse(await _home.StartAsync(opened, CancellationToken.None));

        Assert.IsInstanceOfType<ApprovalStep.Refused>(await SendAsync(opened, Vote("dana")));
        Assert.AreEqual(ApprovalStatus.Approved, (await SendAsync(opened, Vote("lee")))!.Approval.Status);
        Assert.AreEqual("r-1", (await SendAsync(opened, new ApprovalEvent.Used("r-1", TimeProvider.System.GetUtcNow())))!.Approval.UsedBy);
        _ = await _host.Client.WaitForInstanceCompletionAsync(opened.Id.Value, CancellationToken.None);

        Assert.AreEqual("r-1", Assert.IsInstanceOfType<ApprovalStep.Refused>(await SendAsync(opened, Vote("max"))).Approval.UsedBy);
        Assert.IsFalse(await _home.StartAsync(opened, CancellationToken.None));
        Assert.AreEqual(ApprovalStatus.Used, (await _home.FindAsync(opened.Id, CancellationToken.None))!.Status);
        Assert.AreEqual(ApprovalStatus.Used, (await _home.ListAsync(CancellationToken.None).SingleAsync()).Status);
        Assert.AreEqual("opened", _told.First());
        Assert.AreEqual("Used", _told.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Attack_AFinishedIdScheduledAgain_IsRefusedByTheEngineToo()
    {
        var opened = Pending();
        _ = await _home.StartAsync(opened, CancellationToken.None);
        _ = await SendAsync(opened, Vote("lee", ApprovalVerdict.Deny, "no"));
        _ = await _host.Client.WaitForInstanceCompletionAsync(opened.Id.Value, CancellationToken.None);

        Assert.IsFalse(await _runs.ScheduleAsync(opened.Id.Value, "anything", CancellationToken.None));

        Assert.AreEqual(ApprovalStatus.Denied, (await _home.FindAsync(opened.Id, CancellationToken.None))!.Status);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Attack_AVoteRaisedWithThePlatformsKey_IsNoVote()
    {
        var opened = Pending();
        _ = await _home.StartAsync(opened, CancellationToken.None);
        var vote = "{\"id\":\"0123456789abcdef\",\"event\":{\"event\":\"voted\",\"vote\":{\"person\":{\"issuer\":\"https://login.example\",\"subject\":\"lee\"},\"displayName\":\"lee\","
            + $"\"groups\":[\"leads\"],\"verdict\":\"Approve\",\"reason\":\"\",\"at\":\"{TimeProvider.System.GetUtcNow():O}\"}},\"kind\":\"Person\"}}}}";

        await _host.Client.RaiseEventAsync(opened.Id.Value, ApprovalOrchestrator.EventName, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(vote)), CancellationToken.None);

        // Messages come in their order: with this one's outcome, that one's is over.
        var moved = Assert.IsInstanceOfType<ApprovalStep.Moved>(await SendAsync(opened, Vote("max")));
        Assert.AreEqual("max", moved.Approval.Votes.Single().Person.Subject);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Attack_AnOrchestrationOfSomethingElse_HidesNoApproval()
    {
        var opened = Pending();
        _ = await _home.StartAsync(opened, CancellationToken.None);
        var strange = ApprovalId.New();
        _expectedTroubles.Add(strange.Value);
        _ = await _host.Client.ScheduleNewOrchestrationInstanceAsync(ApprovalOrchestrator.Name, new { Not = "an approval" }, new StartOrchestrationOptions(strange.Value), CancellationToken.None);
        _ = await _host.Client.WaitForInstanceCompletionAsync(strange.Value, CancellationToken.None);

        Assert.AreEqual(opened.Id, (await _home.ListAsync(CancellationToken.None).SingleAsync()).Id);
        Assert.AreEqual(0, await _home.PurgeAsync(CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _home.FindAsync(strange, CancellationToken.None));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Votes_AtOnce_MoveItOnce()
    {
        var opened = Pending();
        _ = await _home.StartAsync(opened, CancellationToken.None);

        var steps = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(opened, Vote($"lead-{i}"))));

        Assert.AreEqual(1, steps.Count(static step => step is ApprovalStep.Moved));
        Assert.HasCount(1, (await _home.FindAsync(opened.Id, CancellationToken.None))!.Votes);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Approval_ThatNobodyDecides_ExpiresByItself()
    {
        var opened = Pending(TimeSpan.FromSeconds(1));
        _ = await _home.StartAsync(opened, CancellationToken.None);

        _ = await _host.Client.WaitForInstanceCompletionAsync(opened.Id.Value, CancellationToken.None);

        Assert.AreEqual(ApprovalStatus.Expired, (await _home.FindAsync(opened.Id, CancellationToken.None))!.Status);
        Assert.AreEqual("Expired", _told.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Platform_ThatAnswers_IsReady_AndOneThatDoesNotSaysSo()
    {
        Assert.IsTrue(await _runs.AnswersAsync(CancellationToken.None));

        var gone = new DurableRuns();
        await using var nobody = new GrpcDurableTaskClient("nobody", new GrpcDurableTaskClientOptions { Address = "http://127.0.0.1:1" }, NullLogger.Instance);
        gone.Use(nobody);
        _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await gone.AnswersAsync(CancellationToken.None));
    }

    [TestMethod]
    public async Task Platform_ThatLeftNoClientYet_IsWaitedForNoLongerThanAsked()
    {
        using var enough = new CancellationTokenSource();
        var asked = new DurableRuns().AnswersAsync(enough.Token);
        Assert.IsFalse(asked.IsCompleted);

        await enough.CancelAsync();

        _ = await Assert.ThrowsAsync<OperationCanceledException>(async () => await asked);
    }

    void IApprovalTrouble.Troubled(string what, Exception? exception) => Assert.IsTrue(_expectedTroubles.Exists(one => what.Contains(one, StringComparison.Ordinal)), what);

    ValueTask ILedger.AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    ValueTask IApprovalObserver.OpenedAsync(Approval approval, CancellationToken cancellationToken) => Tell("opened");

    ValueTask IApprovalObserver.MovedAsync(Approval approval, CancellationToken cancellationToken) => Tell(approval.Status.ToString());

    ValueTask IApprovalObserver.RemindAsync(Approval approval, CancellationToken cancellationToken) => Tell("reminded");

    private ValueTask Tell(string what)
    {
        _told.Enqueue(what);
        return ValueTask.CompletedTask;
    }

    private async Task<ApprovalStep?> SendAsync(Approval approval, ApprovalEvent happened) => await _home.SendAsync(approval.Id, happened, CancellationToken.None);

    private static ApprovalEvent.Voted Vote(string who, ApprovalVerdict verdict = ApprovalVerdict.Approve, string reason = "") => new(
        new ApprovalVote(new PersonId("https://login.example", who), who, ["leads"], verdict, reason, TimeProvider.System.GetUtcNow()), CallerKind.Person);

    private static Approval Pending(TimeSpan? wait = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.IsTrue(Fingerprint.TryParse(new string('a', 64), out var fingerprint));
        return new Approval
        {
            Id = ApprovalId.New(),
            Fingerprint = fingerprint,
            Requester = new Requester(new PersonId("https://login.example", "dana"), "dana", CallerKind.Person, "s-1"),
            Target = "acme/payments-api",
            Summary = ["push main"],
            Requirements = [new ApprovalRequirement("payments", 0, ["leads"], 1, [], TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), "a push to main")],
            SnapshotSha256 = new string('0', 64),
            Created = now,
            Expires = now + (wait ?? TimeSpan.FromMinutes(5)),
            Valid = TimeSpan.FromMinutes(5),
        };
    }
}
