using System.IO.Pipelines;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.AspNetCore.Http.Features;
using static CursorBroker.Gateway.Tests.Git.GitCall;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>A push is received, read, and known in full before it is decided.</summary>
[TestClass]
public sealed class PushExaminationTests
{
    [TestMethod]
    public async Task Examine_APush_EveryOperationHasItsEffect()
    {
        var made = new MadePush();
        var push = await MadePush.UnderstoodAsync(PostBytes(Push, false, made.Body()));
        Assert.IsNull(((RefUpdate)push.Operations[0].Details).ChangedPaths, "nothing is known before");

        var operations = (await push.ExamineAsync(MadePush.EmptyRepository(), MadePush.Preview, CancellationToken.None)).Value!;

        foreach (var update in operations.Select(static each => (RefUpdate)each.Details))
        {
            CollectionAssert.AreEqual(new[] { MadePush.Path }, update.ChangedPaths!.ToArray());
            Assert.AreEqual("Raise the replicas", update.Commits!.Single().Subject);
            Assert.AreEqual((false, (long)made.Pack.Length), (update.Forced, update.Size));
        }

        Assert.HasCount(2, operations);
        StringAssert.Contains(push.Summary[0], MadePush.Path, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Examine_ADelete_NeedsNoPack()
    {
        var push = await MadePush.UnderstoodAsync(Post(Push, false, $"{A} {Zero} refs/heads/old\0report-status", Flush));

        var operations = (await push.ExamineAsync(new FakeUpstream([$"{A} refs/heads/old", Flush]), MadePush.Preview, CancellationToken.None)).Value!;

        Assert.IsEmpty(((RefUpdate)operations.Single().Details).ChangedPaths!);
        Assert.IsEmpty((await push.SnapshotAsync(CancellationToken.None)).Updates.Single().Files);
    }

    // What a ref is said to be at is what its change is counted from and shown as: somebody else's hidden commit would be laid open in the diff, and git deletes
    // a ref whatever it is at when the old id is of no object at all.
    [TestMethod]
    [DataRow($"{A} {Zero} refs/heads/main", $"{B} refs/heads/main", DisplayName = "delete from where it is not")]
    [DataRow($"{A} {Zero} refs/heads/main", $"{A} refs/heads/other", DisplayName = "delete of what is not there")]
    [DataRow($"{A} {Zero} refs/tags/v1", $"{B} refs/tags/v1 peeled:{A}", DisplayName = "delete of a tag by what it points to")]
    public async Task Examine_RefThatIsNotWhereThePushSays_IsRefusedBeforeAnythingIsCounted(string command, string upstreamRef)
    {
        var push = await MadePush.UnderstoodAsync(Post(Push, false, $"{command}\0report-status", Flush));

        var outcome = await push.ExamineAsync(new FakeUpstream([upstreamRef, Flush]), MadePush.Preview, CancellationToken.None);

        Assert.AreEqual(RefusalKind.Denied, outcome.Refusal?.Kind);
        StringAssert.Contains(outcome.Refusal?.Message.Value, "is not at 1111111; fetch and try again", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Examine_CreateOfARefThatIsThere_IsRefusedBeforeAnythingIsCounted()
    {
        var push = await MadePush.UnderstoodAsync(PostBytes(Push, false, new MadePush().Body()));

        var outcome = await push.ExamineAsync(new FakeUpstream([$"{B} HEAD", $"{B} refs/heads/main", Flush]), MadePush.Preview, CancellationToken.None);

        StringAssert.Contains(outcome.Refusal?.Message.Value, "main is there already", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Examine_PackWithBytesBehindIt_IsRefused() => Assert.AreEqual(
        RefusalKind.Malformed, (await ExamineAsync([.. new MadePush().Body(), 0])).Refusal?.Kind);

    [TestMethod]
    public async Task Examine_PackCutOff_IsRefused() => Assert.AreEqual(
        RefusalKind.Malformed, (await ExamineAsync(new MadePush().Body()[..^30])).Refusal?.Kind);

    [TestMethod]
    public async Task Examine_UpstreamDoesNotAnswer_IsItsOwnRefusalAndNotTakenForClean()
    {
        var push = await MadePush.UnderstoodAsync(PostBytes(Push, false, new MadePush().Body()));
        var away = new Refusal(Stage.Forward, RefusalKind.RateLimited, new CallerText("GitHub's rate limit is reached."), "429") { RetryAfter = TimeSpan.FromSeconds(7) };

        var outcome = await push.ExamineAsync(new FakeUpstream { Refusal = away }, MadePush.Preview, CancellationToken.None);

        Assert.AreEqual(away, outcome.Refusal);
        Assert.ThrowsExactly<InvalidOperationException>(() => push.Rebuild(Repository, Grant()), "what was not examined is not sent on");
    }

    [TestMethod]
    public async Task Spool_LargerThanTheBudget_IsRefusedForGood()
    {
        var outcome = await ExamineAsync(new MadePush().Body(), new InspectionOptions { MaxSpooledBytes = 50 });

        Assert.AreEqual((RefusalKind.TooLarge, (TimeSpan?)null), (outcome.Refusal?.Kind, outcome.Refusal?.RetryAfter));
    }

    [TestMethod]
    public async Task Spool_PushThatTricklesForEver_IsGivenUp()
    {
        var made = new MadePush();
        var call = Post(Push, false);
        var push = await MadePush.UnderstoodAsync(call.Over(new Trickle(made.Body()[..^30], () => call.Time.Advance(TimeSpan.FromHours(1)))));

        var outcome = await push.ExamineAsync(MadePush.EmptyRepository(), MadePush.Preview, CancellationToken.None);

        Assert.AreEqual(RefusalKind.CallerGone, outcome.Refusal?.Kind, "and its connection is cut: waiting for the rest is what it wants");
    }

    [TestMethod]
    public async Task Inspect_PushThatKeepsTheBrokerBusy_IsGivenUpAndLeavesItsTurnToOthers()
    {
        var made = new MadePush();
        var call = Post(Push, false).Over(new MemoryStream([.. Packets($"{A} {made.Commit} refs/heads/main\0report-status", Flush), .. made.Pack]));
        var push = await MadePush.UnderstoodAsync(call);

        var outcome = await push.ExamineAsync(new StallingUpstream(() => call.Time.Advance(TimeSpan.FromMinutes(5))), MadePush.Preview, CancellationToken.None);

        Assert.AreEqual(RefusalKind.TooLarge, outcome.Refusal?.Kind);
        StringAssert.Contains(outcome.Refusal?.Detail, "MaxInspectionTime", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Snapshot_WhatIsCountedFromMayBeHiddenFromThePusher_ItsFilesAreForApprovers(bool keepsPaths)
    {
        var push = await MadePush.UnderstoodAsync(PostBytes(Push, false, new MadePush().Body()));
        Assert.IsNull((await push.ExamineAsync(MadePush.EmptyRepository(), MadePush.Preview with { KeepsPathsFromReaders = keepsPaths }, CancellationToken.None)).Refusal);

        var snapshot = await push.SnapshotAsync(CancellationToken.None);

        Assert.AreEqual(keepsPaths, snapshot.HidesFilesFromRequester);
        Assert.AreEqual(keepsPaths, snapshot.ForRequester().Updates[0].Files.IsEmpty);
        Assert.IsFalse(snapshot.Updates[0].Files.IsEmpty);
    }

    [TestMethod]
    public async Task Spool_WhileOthersHaveTheRoom_IsAskedToComeAgainAndThenPasses()
    {
        var made = new MadePush();
        var options = new InspectionOptions { MaxSpooledBytes = made.Pack.Length + 10 };
        var budget = new SpoolBudget(options);
        var others = budget.Open();
        await others.AppendAsync(new byte[20], CancellationToken.None);

        var refused = (await ExamineAsync(made.Body(), options, budget)).Refusal;
        others.Dispose();
        others.Dispose();

        Assert.AreEqual(RefusalKind.Unavailable, refused?.Kind);
        Assert.IsNotNull(refused?.RetryAfter);
        Assert.IsNull((await ExamineAsync(made.Body(), options, budget)).Refusal);
    }

    [TestMethod]
    public async Task Spool_RequestIsOver_ItsRoomIsGivenBack()
    {
        var made = new MadePush();
        var options = new InspectionOptions { MaxSpooledBytes = made.Pack.Length };
        var budget = new SpoolBudget(options);

        for (var i = 0; i < 3; i++)
        {
            Assert.IsNull((await ExamineAsync(made.Body(), options, budget)).Refusal, $"push {i}");
        }
    }

    [TestMethod]
    public void Spool_ItsFile_HasNoNameThatAnybodyCouldOpen()
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-spool-");
        using (new SpoolBudget(new InspectionOptions { SpoolDirectory = directory.FullName }).Open())
        {
            Assert.IsTrue(OperatingSystem.IsWindows() || !directory.EnumerateFileSystemInfos().Any());
        }

        directory.Delete();
    }

    [TestMethod]
    public async Task Wait_TellsWhatWhyAndWhere_AndThenOnlyKeepsAlive()
    {
        var call = PostBytes(Push, false, new MadePush().Body());
        var push = await MadePush.ExaminedAsync(call);
        var wait = push.WaitOn(call.Context)!;
        var approval = FakeDesk.Make(ApprovalStatus.Pending);
        var progress = new WaitProgress(approval, new Uri("https://broker.example.com/approvals/a-1"), TimeSpan.Zero, TimeSpan.FromSeconds(100));

        await wait.TellAsync(progress, CancellationToken.None);
        var told = call.Answer;
        call.Time.Advance(TimeSpan.FromSeconds(4));
        await wait.TellAsync(progress, CancellationToken.None);
        Assert.AreEqual(told, call.Answer, "nothing new, and not yet time to keep alive");
        call.Time.Advance(TimeSpan.FromSeconds(1));
        await wait.TellAsync(progress, CancellationToken.None);

        StringAssert.Contains(told, "\u0002CursorBroker: this push waits for approval.\n", StringComparison.Ordinal);
        StringAssert.Contains(told, MadePush.Path, StringComparison.Ordinal);
        StringAssert.Contains(told, "Rule 'payments' asks for 1 of leads: it moves refs/heads/main", StringComparison.Ordinal);
        StringAssert.Contains(told, "https://broker.example.com/approvals/a-1", StringComparison.Ordinal);
        Assert.AreEqual(told + "0005\u0001", call.Answer);
        Assert.IsFalse(call.Context.Features.GetRequiredFeature<IHttpResponseFeature>().HasStarted, "whoever answers in the end still can");
    }

    [TestMethod]
    public async Task Wait_SomebodyDecided_IsToldWithTheReasonAsOneLine()
    {
        var call = PostBytes(Push, false, new MadePush().Body());
        var push = await MadePush.ExaminedAsync(call);
        var wait = push.WaitOn(call.Context)!;
        var vote = FakeDesk.Vote(ApprovalVerdict.Approve, "fine\n\u001b[31mremote: forged");

        await wait.TellAsync(new WaitProgress(FakeDesk.Make(ApprovalStatus.Approved, vote), new Uri("https://b/"), TimeSpan.Zero, TimeSpan.FromSeconds(9)), CancellationToken.None);

        StringAssert.Contains(call.Answer, "CursorBroker: approved by Lena Lead: fine [31mremote: forged\n", StringComparison.Ordinal);
        Assert.DoesNotContain("waits for approval", call.Answer, "it was approved before this push came");
    }

    [TestMethod]
    [DataRow("\0report-status", DisplayName = "no side-band to wait on")]
    [DataRow("\0side-band-64k", DisplayName = "no report to wait for")]
    public async Task Wait_ClientThatCannotBeToldAnything_IsNotHeld(string capabilities)
    {
        var call = PostBytes(Push, false, new MadePush().Body(capabilities));

        Assert.IsNull((await MadePush.ExaminedAsync(call)).WaitOn(call.Context));
    }

    [TestMethod]
    public async Task Fingerprint_AnotherPersonRepositoryOrCommand_IsAnother()
    {
        var push = await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()));
        var other = await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush("replicas: 30\n"u8.ToArray()).Body()));
        var dana = new PersonId("https://id", "dana");

        Fingerprint[] all =
        [
            push.FingerprintFor(dana, Repository),
            push.FingerprintFor(new PersonId("https://id", "dan"), Repository),
            push.FingerprintFor(dana, Repository with { Id = 43 }),
            other.FingerprintFor(dana, Repository),
        ];

        CollectionAssert.AllItemsAreUnique(all);
        Assert.AreEqual(all[0], (await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()))).FingerprintFor(dana, Repository));
    }

    /// <summary>Lists its refs, and never answers anything else.</summary>
    private sealed class StallingUpstream(Action onceAsked) : IUpstreamReader
    {
        private readonly FakeUpstream _refs = new([$"{A} refs/heads/main", Flush]);

        public RepositoryIdentity Repository => GitCall.Repository;

        public SessionId Session => _refs.Session;

        public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken) =>
            throw new AssertFailedException($"unexpected question: {pathAndQuery}");

        public async ValueTask<Outcome<T>> ReadAsync<T>(
            UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
            where T : class
        {
            if (_refs.Asked.Count > 0)
            {
                onceAsked();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return await _refs.ReadAsync(exchange, read, cancellationToken);
        }
    }

    private sealed class Trickle(byte[] bytes, Action onceGiven) : ReadOnlyStream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == bytes.Length)
            {
                onceGiven();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var count = Math.Min(buffer.Length, bytes.Length - _given);
            bytes.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }

    private static async Task<Outcome<IReadOnlyList<Operation>>> ExamineAsync(byte[] body, InspectionOptions? options = null, SpoolBudget? spools = null)
    {
        var call = new GitCall("POST", "/acme/pay/git-receive-pack", "application/x-git-receive-pack-request", body) { Inspection = options ?? new InspectionOptions(), Spools = spools };
        var outcome = await (await MadePush.UnderstoodAsync(call)).ExamineAsync(MadePush.EmptyRepository(), MadePush.Preview, CancellationToken.None);
        await call.EndAsync();
        return outcome;
    }
}
