using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Contracts;

/// <summary>What every home of the Ledger must do. Each home runs these, and its own beside them.</summary>
public abstract class LedgerContract
{
    protected abstract ILedger Ledger { get; }

    protected abstract ILedgerReader Reader { get; }

    /// <summary>Closes <see cref="Ledger"/> in good order.</summary>
    protected abstract Task CloseAsync();

    /// <summary>Another writer on the same ledger; closed when the test ends.</summary>
    protected abstract Task<ILedger> OpenAnotherAsync();

    [TestMethod]
    public async Task Append_SeveralEvents_AreReadBackInOrderAndVerify()
    {
        await Append("a");
        await Append("b", "c");

        var records = await Records();
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, records.Select(LedgerSamples.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1L, 2L, 3L }, records.Select(static record => record.Sequence).ToArray());
        var verification = await Verify();
        Assert.IsTrue(verification.IsIntact);
        Assert.AreEqual(3, verification.Head.Sequence);
    }

    [TestMethod]
    public async Task Append_AfterReopening_ContinuesTheChain()
    {
        await Append("a");
        await CloseAsync();
        var reopened = await OpenAnotherAsync();
        await reopened.AppendAsync([LedgerSamples.Event("b")], CancellationToken.None);

        Assert.IsTrue((await Verify()).IsIntact);
        Assert.HasCount(2, await Records());
    }

    [TestMethod]
    public async Task Append_NoEvents_RecordsNothing()
    {
        await Ledger.AppendAsync([], CancellationToken.None);

        Assert.IsEmpty(await Records());
    }

    [TestMethod]
    public async Task Append_FromTwoWritersOnOneFile_NeverForksTheChain()
    {
        var second = await OpenAnotherAsync();
        await Ledger.AppendAsync([], CancellationToken.None);
        await second.AppendAsync([], CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(i => new[]
        {
            Append($"first-{i}"), second.AppendAsync([LedgerSamples.Event($"second-{i}")], CancellationToken.None).AsTask(),
        }));

        var verification = await Verify();
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        Assert.AreEqual(200, verification.Head.Sequence);
    }

    [TestMethod]
    public async Task Append_AnEventOverTheLimit_FailsItsOwnCallOnly()
    {
        var large = Append(new string('x', LedgerChain.MaxPayloadBytes));
        var small = Append("small");

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => large);
        await small;
        CollectionAssert.AreEqual(new[] { "small" }, (await Records()).Select(LedgerSamples.Name).ToArray());
    }

    [TestMethod]
    public async Task Dispose_WithAppendsQueued_WritesThemFirst()
    {
        var appends = Enumerable.Range(0, 50).Select(i => Append($"{i}")).ToArray();
        await CloseAsync();

        await Task.WhenAll(appends);
        Assert.HasCount(50, await Records());
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append("late"));
    }

    [TestMethod]
    public async Task Read_MoreThanOnePage_GivesAllInOrderAndAfterANumberTheRest()
    {
        await Write(700);

        var all = await Reader.ReadAsync(0, CancellationToken.None).Select(static record => record.Sequence).ToListAsync();
        var rest = await Reader.ReadAsync(650, CancellationToken.None).Select(static record => record.Sequence).ToListAsync();

        CollectionAssert.AreEqual(Enumerable.Range(1, 700).Select(static i => (long)i).ToList(), all);
        CollectionAssert.AreEqual(Enumerable.Range(651, 50).Select(static i => (long)i).ToList(), rest);
    }

    [TestMethod]
    public async Task Read_WhileABrokerHoldsTheDirectory_SeesWhatIsDurable()
    {

        for (var i = 1; i <= 3; i++)
        {
            await Ledger.AppendAsync([LedgerSamples.Event($"{i}")], CancellationToken.None);
            Assert.AreEqual(i, (await Reader.ReadHeadAsync(CancellationToken.None)).Sequence);
            Assert.AreEqual(i, await Reader.ReadAsync(0, CancellationToken.None).CountAsync());
        }
    }

    [TestMethod]
    public async Task Read_ALongRead_DoesNotHoldUpTheWriter()
    {
        await Write(300);
        await using var reading = Reader.ReadAsync(0, CancellationToken.None).GetAsyncEnumerator();
        Assert.IsTrue(await reading.MoveNextAsync());

        await Write(1);

        Assert.HasCount(301, await Records());
    }

    protected Task<List<LedgerRecord>> Records() => LedgerSamples.Records(Reader);

    protected Task<LedgerVerification> Verify() => LedgerSamples.Verify(Reader);

    protected Task Append(params string[] names) =>
        Ledger.AppendAsync([.. names.Select(LedgerSamples.Event)], CancellationToken.None).AsTask();

    private Task Write(int count) => Append([.. Enumerable.Range(1, count).Select(static i => $"{i}")]);
}
