using Azure.Core;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Core.Audit;

namespace CursorBroker.Azurite.Tests;

/// <summary>Appends whose outcome the client is not told, or that another instance gets in the way of.</summary>
[TestClass]
public sealed class LedgerFaultTests
{
    private World _world = null!;
    private Instance _mine = null!;
    private Instance _theirs = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        _mine = _world.Open();
        _theirs = _world.Open();
        await Append(_mine, "first");
        await Append(_theirs, "second");
        await Append(_mine, "third");
    }

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    [DataRow(Fault.AnswerLost, 1)]
    [DataRow(Fault.AnswerLost, 4)]
    [DataRow(Fault.ErrorAfter, 1)]
    [DataRow(Fault.ErrorAfter, 4)]
    [DataRow(Fault.RequestLost, 1)]
    [DataRow(Fault.RequestLost, 3)]
    [DataRow(Fault.ErrorBefore, 3)]
    [DataRow(Fault.Busy, 3)]
    public async Task Append_WhoseTriesFail_IsThereOnce(Fault fault, int times)
    {
        _mine.Faults.Decide = OnAppend(Enumerable.Repeat(fault, times));

        await Append(_mine, "x", "y");
        await Append(_mine, "z");

        await AssertHolds("first", "second", "third", "x", "y", "z");
    }

    [TestMethod]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ErrorBefore)]
    [DataRow(Fault.Busy)]
    public async Task Append_ThatCannotBeMade_IsUnavailable_AndTheNextOneGoesOn(Fault fault)
    {
        _mine.Faults.Decide = OnAppend(Enumerable.Repeat(fault, 4));

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(_mine, "x"));
        await Append(_mine, "y");

        await AssertHolds("first", "second", "third", "y");
    }

    [TestMethod]
    public async Task Append_LostAndOvertaken_IsMadeAfterTheOther()
    {
        // Mine never arrives; theirs takes its place; then mine must be chained to theirs, not taken for it.
        _mine.Faults.Decide = OnAppend([Fault.RequestLost], () => Append(_theirs, "theirs"));

        await Append(_mine, "mine");

        await AssertHolds("first", "second", "third", "theirs", "mine");
    }

    [TestMethod]
    public async Task Append_DoneUnheardAndFollowedByAnother_IsThereOnce()
    {
        _mine.Faults.Decide = OnAppend([Fault.AnswerLost]);
        var done = 0;
        _mine.Faults.Meanwhile = async request =>
        {
            if (IsAppend(request) && Interlocked.Exchange(ref done, 1) == 0)
            {
                await Append(_theirs, "theirs");
            }
        };

        await Append(_mine, "mine");
        await Append(_mine, "next");

        await AssertHolds("first", "second", "third", "mine", "theirs", "next");
    }

    [TestMethod]
    public async Task Append_ThatIsOvertakenAgainAndAgain_MakesTheOthersNotice()
    {
        // One that is always quicker never loses a race, so it has to be told that there is anybody to give way to.
        _mine.Faults.Decide = OnAppend(Enumerable.Repeat(Fault.None, 5), () => Append(_theirs, "theirs"));

        await _mine.Ledger.AppendAsync([], CancellationToken.None);
        var before = _mine.Faults.Seen.Count;
        await Append(_mine, "mine");

        var knocks = _mine.Faults.Seen.Skip(before)
            .Count(static request => request.StartsWith("PUT", StringComparison.Ordinal) && request.Contains("/ledger-head/", StringComparison.Ordinal));
        Assert.IsGreaterThanOrEqualTo(2, knocks);
        await AssertHolds("first", "second", "third", "theirs", "theirs", "theirs", "theirs", "theirs", "mine");
    }

    [TestMethod]
    public async Task Append_WhereTheHeadBeforeCannotBeNoted_IsRefused()
    {
        // Else a cut of all that came since the last note would not show.
        await Append(_mine, "before");
        _mine.Faults.Decide = static request => IsNote(request) ? Fault.RequestLost : Fault.None;
        await Append(_mine, "unnoted");

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(_mine, "refused"));
        _mine.Faults.Decide = static _ => Fault.None;
        await Append(_mine, "after");

        await AssertHolds("first", "second", "third", "before", "unnoted", "after");
    }

    [TestMethod]
    public async Task Read_ThatBreaksOff_GoesOnWithoutALossOrARepetition()
    {
        await Append(_mine, [.. Enumerable.Range(0, 500).Select(static i => $"{i}")]);
        var broken = 0;
        _theirs.Faults.Decide = request =>
            request.Method == RequestMethod.Get && request.Uri.Path.EndsWith(".jsonl", StringComparison.Ordinal) && Interlocked.Increment(ref broken) <= 3
                ? Fault.BodyBroken
                : Fault.None;

        var names = (await LedgerSamples.Records(_theirs.Reader)).Select(LedgerSamples.Name).ToList();

        Assert.IsGreaterThan(3, broken);
        CollectionAssert.AreEqual(new[] { "first", "second", "third" }.Concat(Enumerable.Range(0, 500).Select(static i => $"{i}")).ToList(), names);
    }

    private static Task Append(Instance instance, params string[] names) =>
        instance.Ledger.AppendAsync([.. names.Select(LedgerSamples.Event)], CancellationToken.None).AsTask();

    private static bool IsAppend(Request request) => request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal);

    private static bool IsNote(Request request) => request.Method == RequestMethod.Put && request.Uri.Path.Contains("/records/", StringComparison.Ordinal);

    private static Func<Request, Fault> OnAppend(IEnumerable<Fault> faults, Func<Task>? before = null)
    {
        var left = new Queue<Fault>(faults);
        return request =>
        {
            Fault fault;
            lock (left)
            {
                if (!IsAppend(request) || !left.TryDequeue(out fault))
                {
                    return Fault.None;
                }
            }

            if (before is not null)
            {
                Task.Run(before).GetAwaiter().GetResult();
            }

            return fault;
        };
    }

    private async Task AssertHolds(params string[] names)
    {
        var verification = await LedgerSamples.Verify(_theirs.Reader);
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        CollectionAssert.AreEqual(names, (await LedgerSamples.Records(_theirs.Reader)).Select(LedgerSamples.Name).ToArray());
    }
}
