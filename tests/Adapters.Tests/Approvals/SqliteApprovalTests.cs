using CursorBroker.Adapters.Tests.Sqlite;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Approvals;

/// <summary>Approvals on real files: what many threads and restarts do to them.</summary>
[TestClass]
public sealed class SqliteApprovalTests : IAsyncDisposable
{
    private const int Crowd = 16;

    private readonly TestData _data = new();
    private readonly SqliteApprovals _stores;

    public SqliteApprovalTests() => _stores = new SqliteApprovals(_data.Path);

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Use_ByManyAtOnce_FromTwoDesks_IsGivenToOne()
    {
        for (var round = 0; round < 10; round++)
        {
            var approved = await OpenApprovedAsync(round + 1);

            var steps = await CrowdAsync(i => _stores.Desk(i).UseAsync(
                approved.Id, approved.Fingerprint, approved.Requirements, $"r-{i}", CancellationToken.None));

            Assert.HasCount(1, steps.OfType<ApprovalStep.Moved>());
            Assert.IsTrue(steps.OfType<ApprovalStep.Refused>().All(static step => step.Reason == ApprovalRefusal.NotApproved));
            var winner = steps.Index().Single(static step => step.Item is ApprovalStep.Moved).Index;
            Assert.AreEqual($"r-{winner}", (await _stores.Desk(0).FindAsync(approved.Id, CancellationToken.None))!.UsedBy);
        }

        // What the ledger has of it adds up: whoever is recorded as having tried and not as refused had it.
        var events = (await _data.Records()).Select(static record => AuditJson.Deserialize(record.Payload.Span)).ToList();
        Assert.HasCount(events.OfType<ApprovalUsed>().Count() - 10, events.OfType<ApprovalRefused>().Where(static e =>
            e.Detail.Contains("quicker", StringComparison.Ordinal)));
        Assert.HasCount(10, events.OfType<ApprovalMoved>().Where(static e => e.Status == "Used"));
        Assert.IsTrue((await _data.Verify()).IsIntact);
    }

    [TestMethod]
    public async Task Open_ByManyAtOnce_FromTwoDesks_IsOneApproval()
    {
        for (var round = 0; round < 10; round++)
        {
            var request = SqliteApprovals.Request(round + 1);

            var opened = await CrowdAsync(i => _stores.Desk(i).OpenAsync(request, CancellationToken.None));

            Assert.HasCount(1, opened.Select(static approval => approval.Id).Distinct());
        }

        Assert.HasCount(10, await _stores.Desk(0).ListAsync(CancellationToken.None).ToListAsync());
        Assert.AreEqual(10, TestData.Count(_data.State, "blob"), "Snapshots of those who lost are left.");
        Assert.AreEqual(10, _stores.Told.Count(static told => told == "opened"));
    }

    [TestMethod]
    public async Task Votes_OfManyAtOnce_EachCountsOnce_AndTheQuorumApprovesOnce()
    {
        var request = SqliteApprovals.Request(7, quorum: Crowd / 2);
        var opened = await _stores.Desk(0).OpenAsync(request, CancellationToken.None);

        var steps = await CrowdAsync(i => _stores.Desk(i).VoteAsync(
            opened.Id, SqliteApprovals.Person($"lead-{i}"), ApprovalVerdict.Approve, "", CancellationToken.None));

        Assert.HasCount(Crowd / 2, steps.OfType<ApprovalStep.Moved>());
        Assert.IsTrue(steps.OfType<ApprovalStep.Refused>().All(static step => step.Reason == ApprovalRefusal.NotPending));
        var approved = await _stores.Desk(0).FindAsync(opened.Id, CancellationToken.None);
        Assert.AreEqual((ApprovalStatus.Approved, Crowd / 2), (approved!.Status, approved.Votes.Length));
        Assert.AreEqual(1, _stores.Told.Count(static told => told == "Approved"));
    }

    [TestMethod]
    public async Task Vote_OfOnePersonManyTimesAtOnce_CountsOnce()
    {
        var opened = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(7, quorum: 2), CancellationToken.None);

        var steps = await CrowdAsync(i => _stores.Desk(i).VoteAsync(
            opened.Id, SqliteApprovals.Person("lee", i % 2 == 0 ? "https://a" : "https://b"), ApprovalVerdict.Approve, "", CancellationToken.None));

        Assert.HasCount(1, steps.OfType<ApprovalStep.Moved>());
        Assert.AreEqual(ApprovalStatus.Pending, (await _stores.Desk(0).FindAsync(opened.Id, CancellationToken.None))!.Status);
    }

    [TestMethod]
    public async Task Approve_AndDeny_AtOnce_EndInOneOfThem()
    {
        for (var round = 0; round < 10; round++)
        {
            var opened = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(round + 1), CancellationToken.None);

            var steps = await CrowdAsync(i => _stores.Desk(i).VoteAsync(
                opened.Id, SqliteApprovals.Person($"lead-{i}"), i % 2 == 0 ? ApprovalVerdict.Approve : ApprovalVerdict.Deny, "because", CancellationToken.None));

            var moved = steps.OfType<ApprovalStep.Moved>().Single();
            Assert.AreEqual(moved.Approval.Status, (await _stores.Desk(1).FindAsync(opened.Id, CancellationToken.None))!.Status);
        }
    }

    [TestMethod]
    public async Task Restart_WhileItWaits_KeepsItAndItsSnapshot_AndItCanBeDecidedAndUsed()
    {
        var opened = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(7), CancellationToken.None);
        await _stores.RestartAsync();

        var again = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(7), CancellationToken.None);
        Assert.AreEqual(opened.Id, again.Id);
        Assert.IsNotNull(await _stores.Desk(0).ReadSnapshotAsync(again, CancellationToken.None));
        var step = await _stores.Desk(0).VoteAsync(opened.Id, SqliteApprovals.Person("lee"), ApprovalVerdict.Approve, "", CancellationToken.None);
        await _stores.RestartAsync();
        var used = await _stores.Desk(0).UseAsync(opened.Id, opened.Fingerprint, step!.Approval.Requirements, "r-1", CancellationToken.None);
        Assert.IsInstanceOfType<ApprovalStep.Moved>(used);
        await _stores.RestartAsync();
        Assert.IsInstanceOfType<ApprovalStep.Refused>(
            await _stores.Desk(0).UseAsync(opened.Id, opened.Fingerprint, step.Approval.Requirements, "r-2", CancellationToken.None));
    }

    [TestMethod]
    public async Task Restart_AfterItsTime_ExpiresWhatWaitedAndLapsesWhatWasApproved()
    {
        var waiting = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(7), CancellationToken.None);
        var approved = await OpenApprovedAsync(8);
        await _stores.RestartAsync();
        _stores.Time.Advance(TimeSpan.FromHours(1));

        await _stores.Clock.LookAsync(CancellationToken.None);

        Assert.AreEqual(ApprovalStatus.Expired, (await _stores.Home(0).FindAsync(waiting.Id, CancellationToken.None))!.Status);
        Assert.AreEqual(ApprovalStatus.Lapsed, (await _stores.Home(0).FindAsync(approved.Id, CancellationToken.None))!.Status);
        CollectionAssert.IsSubsetOf(new[] { "Expired", "Lapsed" }, _stores.Told.ToArray());
    }

    [TestMethod]
    public async Task Snapshot_TamperedWithInTheFile_IsNotShown()
    {
        var opened = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(7), CancellationToken.None);
        TestData.Tamper(_data.State, "UPDATE blob_chunk SET bytes = CAST(replace(CAST(bytes AS TEXT), 'refs/heads/main', 'refs/heads/mild') AS BLOB)");

        Assert.IsNull(await _stores.Desk(0).ReadSnapshotAsync(opened, CancellationToken.None));
    }

    [TestMethod]
    public async Task Snapshot_OfALargeDiff_GoesThroughWhole()
    {
        var snapshot = new ApprovalSnapshot
        {
            Updates =
            [
                new SnapshotUpdate("refs/heads/main", SnapshotUpdateKind.Update, null, null)
                {
                    Files =
                    [
                        new SnapshotFile("a", null, null, SnapshotContent.Shown)
                        {
                            Hunks = [new SnapshotHunk(1, 1, [.. Enumerable.Range(0, 1500).Select(static i => new SnapshotLine('+', new string('<', 1000)))])],
                        },
                    ],
                },
            ],
        };

        var opened = await _stores.Desk(0).OpenAsync(
            SqliteApprovals.Request(7) with { Snapshot = _ => ValueTask.FromResult(snapshot) }, CancellationToken.None);

        var read = await _stores.Desk(1).ReadSnapshotAsync(opened, CancellationToken.None);
        CollectionAssert.AreEqual(SnapshotJson.Write(snapshot), SnapshotJson.Write(read!));
    }

    private async Task<Approval> OpenApprovedAsync(long repository)
    {
        var opened = await _stores.Desk(0).OpenAsync(SqliteApprovals.Request(repository), CancellationToken.None);
        var step = await _stores.Desk(1).VoteAsync(opened.Id, SqliteApprovals.Person("lee"), ApprovalVerdict.Approve, "", CancellationToken.None);
        return Assert.IsInstanceOfType<ApprovalStep.Moved>(step).Approval;
    }

    /// <summary>All of them together through one gate, each on its own thread.</summary>
    private static async Task<List<T>> CrowdAsync<T>(Func<int, ValueTask<T>> act)
    {
        using var gate = new Barrier(Crowd);
        var tasks = Enumerable.Range(0, Crowd).Select(i => Task.Factory.StartNew(
            async () =>
            {
                gate.SignalAndWait();
                return await act(i);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap());
        return [.. await Task.WhenAll(tasks)];
    }
}
