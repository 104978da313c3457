using System.Text;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Core.Audit;

namespace CursorBroker.Azurite.Tests;

/// <summary>The Ledger over several blobs and instances, and what it does about hands in its container.</summary>
[TestClass]
public sealed class LedgerBlobsTests
{
    private World _world = null!;

    [TestInitialize]
    public async Task StartAsync() => _world = await World.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    public async Task Append_MoreThanABlobTakes_GoesOnInTheNext_AndNamesSortInOrder()
    {
        var instance = Open(appends: 3);
        for (var i = 1; i <= 10; i++)
        {
            await Append(instance, $"{i}", $"{i}'");
        }

        var names = await Names();
        CollectionAssert.AreEqual(new[] { 1, 7, 13, 19 }.Select(static first => $"ledger-{first:D19}.jsonl").ToArray(), names);
        await AssertIntact(instance, 20);
        var second = await _world.Ledger.GetAppendBlobClient(names[1]).GetPropertiesAsync();
        Assert.AreEqual(3, second.Value.BlobCommittedBlockCount);
        Assert.AreEqual((await LedgerSamples.Records(instance.Reader))[5].Hash, second.Value.Metadata["previous"].Split(':')[1]);
    }

    [TestMethod]
    public async Task Blobs_OneAfterTheOther_AreAnExportThatVerifies()
    {
        var instance = Open(appends: 2);
        for (var i = 0; i < 7; i++)
        {
            await Append(instance, $"{i}");
        }

        using var export = new MemoryStream();
        foreach (var name in await Names())
        {
            _ = await _world.Ledger.GetBlobClient(name).DownloadToAsync(export);
        }

        export.Position = 0;
        var verification = await LedgerExport.VerifyAsync(export, await instance.Reader.ReadHeadAsync(CancellationToken.None), CancellationToken.None);
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        Assert.AreEqual(7, verification.Head.Sequence);
    }

    [TestMethod]
    public async Task Append_ByFourInstancesThatRollAllTheTime_NeverForksTheChain()
    {
        // Different settings too: a blob keeps to the number it was made with.
        var instances = Enumerable.Range(1, 4).Select(Open).ToArray();
        await Task.WhenAll(instances.SelectMany((instance, n) => Enumerable.Range(0, 25).Select(i => Append(instance, $"{n}-{i}"))));
        foreach (var round in Enumerable.Range(25, 25))
        {
            await Task.WhenAll(instances.Select((instance, n) => Append(instance, $"{n}-{round}")));
        }

        await AssertIntact(instances[0], 200);
        var names = (await LedgerSamples.Records(instances[0].Reader)).Select(LedgerSamples.Name).ToList();
        CollectionAssert.AllItemsAreUnique(names);
        await foreach (var blob in _world.Ledger.GetBlobsAsync(BlobTraits.Metadata, default, null, default))
        {
            var properties = await _world.Ledger.GetAppendBlobClient(blob.Name).GetPropertiesAsync();
            Assert.IsLessThanOrEqualTo(int.Parse(blob.Metadata["appends"], null), properties.Value.BlobCommittedBlockCount);
        }
    }

    [TestMethod]
    public async Task Append_AfterAnInstanceDiedBetweenMakingABlobAndUsingIt_GoesOnInIt()
    {
        var first = Open(appends: 1);
        await Append(first, "a");
        var head = await first.Reader.ReadHeadAsync(CancellationToken.None);
        _ = await _world.Ledger.GetAppendBlobClient($"ledger-{2:D19}.jsonl").CreateAsync(new AppendBlobCreateOptions
        {
            Metadata = new Dictionary<string, string> { ["appends"] = "5", ["previous"] = head.ToString() },
        });

        await Append(Open(), "b");
        await Append(first, "c");

        await AssertIntact(first, 3);
        Assert.HasCount(2, await Names());
    }

    [TestMethod]
    public async Task Append_EventsOfOneCallLargerThanABatch_AreOneUnit()
    {
        var instance = Open();
        var large = new string('x', 3 * 1024 * 1024);
        await Append(instance, large, large);

        var blob = await _world.Ledger.GetAppendBlobClient((await Names()).Single()).GetPropertiesAsync();
        Assert.AreEqual(1, blob.Value.BlobCommittedBlockCount);
        await AssertIntact(instance, 2);
    }

    [TestMethod]
    public async Task Append_ManyAtOnce_ShareAppends()
    {
        var instance = Open();
        await Append(instance, "first");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Append(instance, $"{i}")));

        var blob = await _world.Ledger.GetAppendBlobClient((await Names()).Single()).GetPropertiesAsync();
        Assert.IsLessThan(50, blob.Value.BlobCommittedBlockCount);
        await AssertIntact(instance, 201);
    }

    [TestMethod]
    public async Task Read_AfterANumber_GivesTheRestWhicheverBlobItIsIn()
    {
        var instance = Open(appends: 2);
        for (var i = 1; i <= 9; i++)
        {
            await Append(instance, $"{i}");
        }

        for (var after = 0; after <= 10; after++)
        {
            var rest = await instance.Reader.ReadAsync(after, CancellationToken.None).Select(static record => (int)record.Sequence).ToListAsync();
            CollectionAssert.AreEqual(Enumerable.Range(1, 9).Where(i => i > after).ToList(), rest);
        }
    }

    [TestMethod]
    public async Task Read_WhereThereIsNoLedger_SaysSoAndMakesNone()
    {
        var reader = Open().Reader;

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await reader.ReadHeadAsync(CancellationToken.None));
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await reader.ReadAsync(0, CancellationToken.None).CountAsync());
        Assert.IsEmpty(await Names());
    }

    [TestMethod]
    public async Task Start_OnALedgerWhoseNewestBlobWasDeleted_IsRefusedAndVerifySaysWhere()
    {
        await Write(appends: 2, "a", "b", "c");
        _ = await _world.Ledger.DeleteBlobAsync((await Names())[^1]);

        await AssertRefused("cut or changed");
        await AssertFound(3, LedgerFault.Truncated);
    }

    [TestMethod]
    public async Task Start_OnALedgerThatWasCutAtItsEnd_IsRefusedAndVerifySaysWhere()
    {
        await Write(appends: 10, "a", "b", "c");
        await Rewrite((await Names()).Single(), static lines => lines[..^1]);

        await AssertRefused("cut or changed");
        await AssertFound(3, LedgerFault.Truncated);
    }

    [TestMethod]
    public async Task Start_OnALedgerReplacedByALongerOne_IsRefused()
    {
        await Write(appends: 10, "a", "b");
        await using (var other = await World.StartAsync())
        {
            var forger = other.Open();
            foreach (var name in new[] { "x", "y", "z" })
            {
                await Append(forger, name);
            }

            var forged = (await other.Ledger.GetBlobClient($"ledger-{1:D19}.jsonl").DownloadContentAsync()).Value.Content.ToString();
            await Rewrite((await Names()).Single(), _ => [.. forged.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        }

        await AssertRefused("cut or changed");
        await AssertFound(2, LedgerFault.AnchorMismatch);
    }

    [TestMethod]
    public async Task Start_OnALedgerWhoseNewestRecordWasChanged_IsRefusedAndVerifySaysWhere()
    {
        await Write(appends: 10, "a", "b");
        await Rewrite((await Names()).Single(), static lines => [lines[0], lines[1].Replace("\"b\"", "\"B\"", StringComparison.Ordinal)]);

        await AssertRefused("changed");
        await AssertFound(2, LedgerFault.Altered);
    }

    [TestMethod]
    public async Task Verify_WithABlobMissingInTheMiddle_FindsTheGap()
    {
        await Write(appends: 1, "a", "b", "c");
        _ = await _world.Ledger.DeleteBlobAsync((await Names())[1]);

        await AssertFound(2, LedgerFault.Gap);
    }

    [TestMethod]
    public async Task Start_OnALedgerThatLostTheNoteOfItsHead_IsRefused()
    {
        await Write(appends: 10, "a");
        _ = await _world.State.DeleteBlobAsync($"records/ledger-head/{_world.LedgerContainer}.bin");

        await AssertRefused("lost the note");
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await Open().Reader.ReadHeadAsync(CancellationToken.None));
    }

    [TestMethod]
    public async Task Append_ToABlobThatWasReplacedUnderTheBroker_IsRefused()
    {
        // As long as before, so that the position alone would not tell.
        var instance = Open();
        await Append(instance, "a");
        await Append(instance, "b");
        await Rewrite((await Names()).Single(), static lines => [lines[0], lines[1].Replace("\"b\"", "\"B\"", StringComparison.Ordinal)]);

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(instance, "c"));
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(instance, "d"));
        await AssertFound(2, LedgerFault.Altered);
    }

    [TestMethod]
    public async Task Append_ToABlobThatWasDeletedUnderTheBroker_IsRefused()
    {
        var instance = Open();
        await Append(instance, "a");
        _ = await _world.Ledger.DeleteBlobAsync((await Names()).Single());

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(instance, "b"));
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(async () => await instance.Ledger.AppendAsync([], CancellationToken.None));
        await AssertRefused("cut or changed");
        Assert.IsEmpty(await Names());
    }

    [TestMethod]
    public async Task Append_ToABlobWhoseMetadataSomebodyTouched_GoesOn()
    {
        var instance = Open();
        await Append(instance, "a");
        var blob = _world.Ledger.GetAppendBlobClient((await Names()).Single());
        _ = await blob.SetMetadataAsync((await blob.GetPropertiesAsync()).Value.Metadata);

        await Append(instance, "b");

        await AssertIntact(instance, 2);
    }

    [TestMethod]
    public async Task Start_AfterACrashBeforeTheHeadWasNoted_FindsTheEnd()
    {
        var first = Open();
        await Append(first, "a");
        var note = _world.State.GetBlobClient($"records/ledger-head/{_world.LedgerContainer}.bin");
        await first.Ledger.AppendAsync([], CancellationToken.None);
        var old = (await note.DownloadContentAsync()).Value;
        await Append(first, "b");
        await first.Ledger.AppendAsync([], CancellationToken.None);
        _ = await note.UploadAsync(old.Content, new BlobUploadOptions { Metadata = old.Details.Metadata });

        var next = Open();
        Assert.AreEqual(2, (await next.Reader.ReadHeadAsync(CancellationToken.None)).Sequence);
        await Append(next, "c");

        await AssertIntact(next, 3);
    }

    private Instance Open(int appends = 40_000) => _world.Open(configure: options => options.LedgerAppendsPerBlob = appends);

    private static Task Append(Instance instance, params string[] names) =>
        instance.Ledger.AppendAsync([.. names.Select(LedgerSamples.Event)], CancellationToken.None).AsTask();

    /// <summary>An append each, by an instance that has ended.</summary>
    private async Task Write(int appends, params string[] names)
    {
        var instance = Open(appends);
        foreach (var name in names)
        {
            await Append(instance, name);
        }

        await instance.Services.DisposeAsync();
    }

    private async Task<List<string>> Names() => await _world.Ledger.GetBlobsAsync().Select(static blob => blob.Name).ToListAsync();

    /// <summary>What nobody can do to an immutable container: the blob anew, with other lines, an append each.</summary>
    private async Task Rewrite(string name, Func<string[], string[]> change)
    {
        var blob = _world.Ledger.GetAppendBlobClient(name);
        var old = (await blob.DownloadContentAsync()).Value;
        var lines = change(old.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        _ = await blob.CreateAsync(new AppendBlobCreateOptions { Metadata = old.Details.Metadata });
        foreach (var line in lines)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(line + "\n"));
            _ = await blob.AppendBlockAsync(content, new AppendBlobAppendBlockOptions());
        }
    }

    private async Task AssertRefused(string why)
    {
        var refusal = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(
            async () => await Open().Ledger.AppendAsync([], CancellationToken.None));
        Assert.Contains(why, refusal.Message);
        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => Append(Open(), "buries it"));
    }

    private async Task AssertFound(long sequence, LedgerFault fault)
    {
        var problem = (await LedgerSamples.Verify(Open().Reader)).Problem!;
        Assert.AreEqual((sequence, fault), (problem.Sequence, problem.Fault));
    }

    private static async Task AssertIntact(Instance instance, long records)
    {
        var verification = await LedgerSamples.Verify(instance.Reader);
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        Assert.AreEqual(records, verification.Head.Sequence);
    }
}
