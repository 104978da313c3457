using System.Diagnostics;
using System.Globalization;
using CursorBroker.Adapters.Contracts;

namespace CursorBroker.Azurite.Tests;

/// <summary>Real processes on one account, one of them really killed.</summary>
[TestClass]
public sealed class ProcessTests
{
    private World _world = null!;

    [TestInitialize]
    public async Task StartAsync() => _world = await World.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    public async Task Ledger_WithTwoWritersAndOneKilled_KeepsTheChainAndEverythingAcknowledgedOnce()
    {
        using var killed = Start("append", _world.Suffix, "killed");
        using var living = Start("append", _world.Suffix, "living");
        try
        {
            var toldByKilled = await Read(killed, 300);
            var toldByLiving = await Read(living, 300);
            killed.Kill();
            toldByKilled.AddRange(await ReadToEnd(killed));

            // The other one goes on, over what the dead one has left half done.
            toldByLiving.AddRange(await Read(living, 300));
            living.Kill();
            toldByLiving.AddRange(await ReadToEnd(living));

            var next = _world.Open();
            await next.Ledger.AppendAsync([LedgerSamples.Event("next-intent"), LedgerSamples.Event("next-completed")], CancellationToken.None);
            var verification = await LedgerSamples.Verify(next.Reader);
            Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);

            var kept = (await LedgerSamples.Records(next.Reader)).Select(LedgerSamples.Name).ToList();
            CollectionAssert.AllItemsAreUnique(kept);
            var there = kept.ToHashSet();
            foreach (var name in toldByKilled.Concat(toldByLiving).Where(static line => line.EndsWith('.')).Select(static line => line[7..^1]))
            {
                Assert.Contains(name + "-intent", there);
            }

            foreach (var name in there)
            {
                var other = name.EndsWith("-intent", StringComparison.Ordinal) ? name[..^7] + "-completed" : name[..^10] + "-intent";
                Assert.Contains(other, there, "Half of an append is there.");
            }

            Assert.IsGreaterThan(1, await _world.Ledger.GetBlobsAsync().CountAsync(), "The writers must have rolled to new blobs together.");
        }
        finally
        {
            End(killed);
            End(living);
        }
    }

    [TestMethod]
    public async Task Create_RacedForByTwoProcesses_HasOneWinnerEach()
    {
        const int Records = 200;
        var racers = new[] { "one", "two" }.Select(name => Start("create", _world.Suffix, name, Records.ToString(CultureInfo.InvariantCulture))).ToArray();
        try
        {
            foreach (var racer in racers)
            {
                _ = await racer.StandardOutput.ReadLineAsync();
            }

            foreach (var racer in racers)
            {
                await racer.StandardInput.WriteLineAsync();
                await racer.StandardInput.FlushAsync();
            }

            var won = await Task.WhenAll(racers.Select(ReadToEnd));

            CollectionAssert.AreEquivalent(
                Enumerable.Range(0, Records).Select(static i => $"won {i}.").ToList(), won.SelectMany(static lines => lines).ToList());
        }
        finally
        {
            foreach (var racer in racers)
            {
                End(racer);
                racer.Dispose();
            }
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "CursorBroker.CrashChild"), [Azurite.ConnectionString, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    private static async Task<List<string>> Read(Process process, int lines)
    {
        var read = new List<string>();
        while (read.Count < lines)
        {
            read.Add(await process.StandardOutput.ReadLineAsync() ?? throw new AssertFailedException("The process ended by itself."));
        }

        return read;
    }

    private static async Task<List<string>> ReadToEnd(Process process)
    {
        var rest = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        await process.WaitForExitAsync();
        return rest;
    }
}
