using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.State;
using CursorBroker.Core.Tests.Credentials;
using Microsoft.Extensions.Time.Testing;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals.Homes;

/// <summary>Somebody has the platform's own key to orchestrations, and no say in approvals.</summary>
[TestClass]
public sealed class ForgedRunTests : IApprovalTrouble
{
    private readonly List<string> _troubles = [];
    private readonly FakeSealer _sealer = new();
    private readonly ReplayedRuns _runs;
    private readonly OrchestratedApprovalHome _home;
    private readonly Approval _opened = Pending();

    public ForgedRunTests()
    {
        var time = new FakeTimeProvider(Start);
        _runs = new ReplayedRuns(time, () => new ApprovalErrands(new ApprovalTeller(new FakeLedger(), [], this, time)));
        _home = new OrchestratedApprovalHome(_runs, _sealer, this, new ApprovalOptions(), time);
    }

    [TestInitialize]
    public async Task OpenAsync() => Assert.IsTrue(await _home.StartAsync(_opened, CancellationToken.None));

    private static IEnumerable<object[]> Forgeries =>
    [
        ["a lead's yes", Votes(Lee)],
        ["the requester takes it back", new ApprovalEvent.Cancelled(Dana.Person, Start)],
        ["its time is over", new ApprovalEvent.TimePassed(Start.AddYears(1))],
    ];

    [TestMethod]
    [DynamicData(nameof(Forgeries))]
    public async Task Attack_AMessageRaisedPastTheBroker_ChangesNothing(string what, ApprovalEvent forged)
    {
        var happened = ApprovalWire.Happened(new("0123456789abcdef", forged));
        var own = new RunSeals(new FakeSealer());
        foreach (var message in (string[])[happened, $"{happened}.", $"{happened}.AAAA", own.Sign(own.Start(ApprovalWire.Opened(_opened)), happened)])
        {
            await _runs.SendAsync(_opened.Id.Value, message, CancellationToken.None);
        }

        Assert.AreEqual(ApprovalStatus.Pending, (await FindAsync())!.Status, what);
        _ = Moved(await _home.SendAsync(_opened.Id, Votes(Max), CancellationToken.None), ApprovalStatus.Approved);
        Assert.AreEqual(Max.Person, (await FindAsync())!.Votes.Single().Person);
    }

    [TestMethod]
    public async Task Attack_AVoteForOneApproval_SentToAnother_ChangesNothing()
    {
        var other = Pending();
        Assert.IsTrue(await _home.StartAsync(other, CancellationToken.None));
        _ = await _home.SendAsync(other.Id, Votes(Lee), CancellationToken.None);

        await _runs.SendAsync(_opened.Id.Value, _runs.Sent.Single(), CancellationToken.None);

        Assert.AreEqual(ApprovalStatus.Pending, (await FindAsync())!.Status);
    }

    [TestMethod]
    public async Task Attack_ARunStartedPastTheBroker_IsNoApproval()
    {
        var approved = ApprovalWire.Opened(_opened with { Status = ApprovalStatus.Approved, Settled = Start, Votes = [Votes(Lee).Vote] });
        var genuine = RunStart.Parse((await _runs.FindAsync(_opened.Id.Value, CancellationToken.None))!.Opened);
        var own = new RunSeals(new FakeSealer());
        foreach (var start in (string[])[own.Start(approved), (genuine with { Approval = approved }).ToString(), RunStart.Parse(own.Start(genuine.Approval)) is var keys ? (keys with { Seal = genuine.Seal }).ToString() : ""])
        {
            await _runs.StartAgainAsync(_opened.Id.Value, start);

            _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(FindAsync);
            _ = await Assert.ThrowsExactlyAsync<StateUnavailableException>(async () => await _home.SendAsync(_opened.Id, Votes(Max), CancellationToken.None));
            Assert.IsEmpty(await _home.ListAsync(CancellationToken.None).ToListAsync());
        }

        Assert.HasCount(3, _troubles);
    }

    [TestMethod]
    public async Task WhatTheOrchestrationHolds_IsNotTheKeyThatSigns()
    {
        var start = RunStart.Parse((await _runs.FindAsync(_opened.Id.Value, CancellationToken.None))!.Opened);

        Assert.IsNull(new FakeSealer().Unseal("CursorBroker.ApprovalRun.v1", Convert.FromBase64String(start.Seal)));
        Assert.IsNotNull(_sealer.Unseal("CursorBroker.ApprovalRun.v1", Convert.FromBase64String(start.Seal)));
    }

    void IApprovalTrouble.Troubled(string what, Exception? exception) => _troubles.Add(what);

    private async Task<Approval?> FindAsync() => await _home.FindAsync(_opened.Id, CancellationToken.None);
}
