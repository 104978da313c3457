using System.Net;
using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>What the pipeline promises of requests that people have to agree to.</summary>
[TestClass]
public sealed class ApprovingTests
{
    private static readonly RepositoryName Payments = RepositoryName.Parse("acme/payments-api");
    private static readonly RefUpdate Main = Update("refs/heads/main");
    private static readonly HoldOptions Quickly = new() { Hold = TimeSpan.FromMinutes(10), Poll = TimeSpan.FromMilliseconds(1) };

    [TestMethod]
    public async Task Pending_CallerCannotWait_IsToldTheLinkAndNothingIsForwarded()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.AreEqual(RefusalKind.ApprovalPending, harness.Room.Refused!.Kind);
        Assert.AreEqual($"approval pending: https://broker.example.com/approvals/{FakeDesk.Id}; send the same request again once approved", harness.Room.Refused.Message.Value);
        Assert.IsEmpty(harness.Upstream.Requests);
        var request = harness.Desk.Requests.Single();
        Assert.AreEqual((TestApprovable.Print, "Acme/Payments-API", PipelineHarness.Developer.Person), (request.Fingerprint, request.Target, request.Requester.Person));
        Assert.AreEqual("leads", request.Requirements.Single().ApproverGroups.Single());
        Assert.AreEqual("needs-approval", harness.Ledger.Single<OperationDecided>().Outcome);
        Assert.IsTrue(harness.Vault.Asked.All(static asked => !asked.Permissions.Writes), "no credential that can write exists before anybody agreed");
    }

    [TestMethod]
    public async Task Approved_IsTakenOnceBeforeAnythingIsForwarded()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Uses.Enqueue(Moved());
        harness.Desk.OnUse = () => Assert.IsEmpty(harness.Upstream.Requests);

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual("upstream says", await answer.Content.ReadAsStringAsync());
        Assert.HasCount(1, harness.Upstream.Requests);
        var (id, fingerprint, required, request) = harness.Desk.Used.Single();
        Assert.AreEqual((FakeDesk.Id, TestApprovable.Print, harness.Ledger.Single<ForwardIntended>().Request), (id, fingerprint, request));
        Assert.AreEqual("leads", required.Single().ApproverGroups.Single());
    }

    [TestMethod]
    [DataRow(ApprovalRefusal.NotApproved, DisplayName = "another request took it at the same time")]
    [DataRow(ApprovalRefusal.NotPending, DisplayName = "it ended at the same time")]
    public async Task Approved_TakenBySomebodyElse_ForwardsNothing(ApprovalRefusal reason)
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Uses.Enqueue(new ApprovalStep.Refused(reason, "lost") { Approval = FakeDesk.Make(ApprovalStatus.Used) });

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.Denied, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Approved_ThePolicyAsksForMoreByThen_OpensANewOneAndForwardsNothing()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Uses.Enqueue(new ApprovalStep.Refused(ApprovalRefusal.NotEnough, "two are needed") { Approval = FakeDesk.Make(ApprovalStatus.Lapsed) });

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.ApprovalPending, harness.Room.Refused!.Kind);
        Assert.HasCount(2, harness.Desk.Requests);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Approved_ThePolicyDeniesByThen_IsRefusedAndNotTaken()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Room.Classify = () => Push(waiting: new SilentCaller(() => harness.PolicyInForce.Current = Compiled(PipelineHarness.Policy.Replace("allow: { contents: write }", "allow: { contents: read }", StringComparison.Ordinal))));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual((Stage.Authorize, RefusalKind.Denied), (harness.Room.Refused!.Stage, harness.Room.Refused.Kind));
        Assert.IsEmpty(harness.Desk.Used);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Approved_ThePolicyIsGoneByThen_IsRefusedAndNotTaken()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Room.Classify = () => Push(waiting: new SilentCaller(() => harness.PolicyInForce.Current = null));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.Unavailable, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Desk.Used);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Approved_ThePolicyAsksNobodyByThen_GoesOnWithoutTakingIt()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => Push(waiting: new SilentCaller(() => harness.PolicyInForce.Current = Compiled(PipelineHarness.Policy.Replace("push: { refs: [main] }", "push: { refs: [other] }", StringComparison.Ordinal))));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsEmpty(harness.Desk.Used);
    }

    [TestMethod]
    public async Task Denied_TheReasonReachesTheCaller()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Denied, FakeDesk.Vote(ApprovalVerdict.Deny, "not on a Friday")));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.Denied, harness.Room.Refused!.Kind);
        StringAssert.Contains(harness.Room.Refused.Message.Value, "denied by Lena Lead: not on a Friday", StringComparison.Ordinal);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    [DataRow(ApprovalStatus.Expired, "approval expired: it is over")]
    [DataRow(ApprovalStatus.Cancelled, "approval cancelled: it is over")]
    [DataRow(ApprovalStatus.Lapsed, "approval lapsed: it is over")]
    [DataRow(ApprovalStatus.Used, "approval used: another try of the same took it")]
    public async Task Over_WhileSomebodyWaits_IsRefused(ApprovalStatus status, string says)
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Room.Classify = () => Push(waiting: new SilentCaller(static () => { }));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(status));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.Denied, harness.Room.Refused!.Kind);
        Assert.Contains(says, harness.Room.Refused.Message.ToString());
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Waiting_ApprovedMeanwhile_GoesOnByItselfBehindWhatWasSaid()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => Push(waiting: new TalkingCaller());
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Uses.Enqueue(Moved());

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual("Pending.Pending.Approved.upstream says", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsFalse(answer.Headers.Contains("X-Upstream-Secret"));
    }

    [TestMethod]
    public async Task Waiting_UpstreamRefusesInTheEnd_TheRefusalFollowsWhatWasSaid()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        harness.Room.Classify = () => Push(waiting: new TalkingCaller());
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Uses.Enqueue(Moved());

        using var answer = await harness.Client.PostAsync("/x", null);

        StringAssert.StartsWith(await answer.Content.ReadAsStringAsync(), "Pending.Approved.GitHub is unavailable. r-", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Waiting_HoldIsOver_IsToldToComeAgain()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly with { Hold = TimeSpan.FromMilliseconds(5) });
        harness.Room.Classify = () => Push(waiting: new TalkingCaller());
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));

        using var answer = await harness.Client.PostAsync("/x", null);

        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "approval pending: ", StringComparison.Ordinal);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Waiting_BrokerIsToldToStop_IsToldToComeAgain()
    {
        await using var harness = await PipelineHarness.StartAsync(approvals: Quickly);
        harness.Room.Classify = () => Push(waiting: new SilentCaller(harness.Stopping.Cancel));
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        harness.Desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.ApprovalPending, harness.Room.Refused!.Kind);
    }

    [TestMethod]
    public async Task Ledger_DownWhenSomebodyIsToBeAsked_NobodyIsAsked()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Ledger.OnAppend = static _ => throw new LedgerUnavailableException("down");

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(RefusalKind.Unavailable, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Desk.Requests);
    }

    [TestMethod]
    public async Task Effect_CertainToBeDenied_IsRefusedBeforeAnythingIsLookedUp()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var push = Update("refs/heads/closed");
        harness.Room.Classify = () => new TestRequest([Operation.Push(Payments, push)]) { Effect = static _ => throw new InvalidOperationException("looked up") };

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual((Stage.Authorize, RefusalKind.Denied), (harness.Room.Refused!.Stage, harness.Room.Refused.Kind));
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Effect_IsLookedUpReadingAndDoneWithACredentialOfItsOwn()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        var push = Update("refs/heads/cursor/x");
        harness.Room.Classify = () => new TestRequest([Operation.Push(Payments, push)])
        {
            Effect = _ => Outcome<IReadOnlyList<Operation>>.Of(Known(push)),
        };

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("contents:read, contents:write", string.Join(", ", harness.Vault.Asked.Select(static asked => asked.Permissions.ToString())));
        await harness.Vault.ReleasedAsync(2);
        Assert.AreEqual("0 commits, 1 paths: a.txt", harness.Ledger.Single<OperationDecided>().Effect);
    }

    [TestMethod]
    [DataRow(true, RefusalKind.Denied, DisplayName = "the right is taken away")]
    [DataRow(false, RefusalKind.Unavailable, DisplayName = "there is no policy any more")]
    public async Task Effect_PolicyChangesWhileThePushTricklesIn_IsDecidedByTheOneInForceAtItsEnd(bool tightened, RefusalKind expected)
    {
        await using var harness = await PipelineHarness.StartAsync();
        var push = Update("refs/heads/cursor/x");
        harness.Room.Classify = () => new TestRequest([Operation.Push(Payments, push)])
        {
            Effect = _ =>
            {
                harness.PolicyInForce.Current = tightened ? Compiled(PipelineHarness.Policy.Replace("push: [\"cursor/**\", main]", "push: [main]", StringComparison.Ordinal)) : null;
                return Outcome<IReadOnlyList<Operation>>.Of(Known(push));
            },
        };

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual(expected, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public void Effects_OfACommitThatGitHubWillMake_NameItsPaths()
    {
        var update = Main with { New = GitOid.Unmade, ChangedPaths = ["a.txt"], Commits = null };

        Assert.AreEqual("a commit made by GitHub, 1 paths: a.txt", Effects.Describe(update, 1));
        Assert.IsNull(Effects.Describe(update with { New = Main.New }, 1), "unknown is not made by GitHub");
    }

    [TestMethod]
    public void Effects_OfTenThousandRefs_AreShortTogether()
    {
        var update = Main with { ChangedPaths = [.. Enumerable.Range(0, 60).Select(static i => new string('x', 300) + i)], Forced = false, Commits = [], Size = 1 };

        Assert.IsGreaterThan(10_000, Effects.Describe(update, 1)!.Length);
        Assert.IsLessThan(300, Effects.Describe(update, 10_000)!.Length);
        StringAssert.Contains(Effects.Describe(update, 10_000), "and 59 more", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Approved_ForOneRepository_IsNotUsedOnAnotherThatGotItsNameMeanwhile()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => Push();
        harness.Vault.IdFor = static permissions => permissions.Writes ? 8 : 7;
        harness.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        harness.Desk.Uses.Enqueue(Moved());

        using var answer = await harness.Client.PostAsync("/x", null);

        Assert.AreEqual((Stage.Credential, RefusalKind.NotFound), (harness.Room.Refused!.Stage, harness.Room.Refused.Kind));
        Assert.IsEmpty(harness.Upstream.Requests);
        await harness.Vault.ReleasedAsync(2);
    }

    private static RefUpdate Update(string name) =>
        new(RefName.Parse(name), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('2', 40)));

    private static IReadOnlyList<Operation> Known(RefUpdate update) => [Operation.Push(Payments, update with { ChangedPaths = ["a.txt"], Forced = false, Commits = [], Size = 10 })];

    private static TestRequest Push(IWaitingCaller? waiting = null) => new([Operation.Push(Payments, Main)])
    {
        Effect = static _ => Outcome<IReadOnlyList<Operation>>.Of(Known(Main)),
        AskAbout = new TestApprovable { Waiting = waiting is null ? null : context => Begin(waiting, context) },
    };

    private static IWaitingCaller Begin(IWaitingCaller waiting, HttpContext context)
    {
        if (waiting is TalkingCaller talking)
        {
            talking.Context = context;
        }

        return waiting;
    }

    private static ApprovalStep.Moved Moved() => new() { Approval = FakeDesk.Make(ApprovalStatus.Used) };

    private static PolicySet Compiled(string text) => PolicyCompiler.Compile(text).Policy ?? throw new InvalidOperationException("The policy does not compile.");

    /// <summary>Waits without a word, and makes something happen meanwhile.</summary>
    private sealed class SilentCaller(Action meanwhile) : IWaitingCaller
    {
        public ValueTask TellAsync(WaitProgress progress, CancellationToken cancellationToken)
        {
            meanwhile();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Says each status on the connection.</summary>
    private sealed class TalkingCaller : IWaitingCaller
    {
        private Stream? _body;

        public HttpContext? Context { get; set; }

        public async ValueTask TellAsync(WaitProgress progress, CancellationToken cancellationToken)
        {
            if (_body is null)
            {
                _body = Context!.Response.Body;
                await Context.Response.StartAsync(cancellationToken);
                StartedResponse.Install(Context);
            }

            await _body.WriteAsync(Encoding.ASCII.GetBytes($"{progress.Approval.Status}."), cancellationToken);
            await _body.FlushAsync(cancellationToken);
        }
    }
}
