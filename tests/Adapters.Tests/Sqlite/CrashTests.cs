using System.Diagnostics;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Tests.Sqlite;

/// <summary>A real process with real files, really killed or really out of room.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CrashTests : IDisposable
{
    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Killed_UnderLoad_KeepsTheChainAndEverythingItAcknowledged()
    {
        using var child = Start("for-ever");
        var told = new List<string>();
        while (told.Count < 1000)
        {
            told.Add(await child.StandardOutput.ReadLineAsync() ?? throw new AssertFailedException("The child ended by itself."));
        }

        // While it lives: nobody else may write, anybody may read.
        _ = Assert.ThrowsExactly<DataDirectoryException>(() => DataDirectory.Open(_data.Path));
        Assert.IsTrue((await _data.Verify()).IsIntact);

        child.Kill();
        await AssertKept(told, child);

        // And the next broker goes on where the dead one stopped.
        await using var stores = new ServiceCollection().AddSqliteStores(_data.Path).BuildServiceProvider();
        await stores.GetRequiredService<ILedger>().AppendAsync([LedgerSamples.Event("next")], CancellationToken.None);
        Assert.IsTrue((await _data.Verify()).IsIntact);
        var state = stores.GetRequiredService<IStateStore>();
        foreach (var id in told.Where(static line => line.StartsWith("state ", StringComparison.Ordinal)).Select(static line => line[6..^1]))
        {
            Assert.IsNotNull(await state.ReadAsync(new StateKey("outstanding", id), CancellationToken.None), id);
        }
    }

    [TestMethod]
    public async Task OutOfRoom_TheLedgerRefuses_AndKeepsWhatItAcknowledged()
    {
        using var child = Start("until-refused", fileLimitBlocks: 1024);
        var told = new List<string>();
        await AssertKept(told, child);

        Assert.Contains("refused.", told, "The child must end by a refusal, not by a crash.");
        Assert.IsGreaterThan(10, told.Count);
    }

    /// <summary>Reads the child's last words, waits for its end, and checks the ledger against all it said.</summary>
    private async Task AssertKept(List<string> told, Process child)
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            told.Add(line);
        }

        await child.WaitForExitAsync();
        _ = told.RemoveAll(static line => !line.EndsWith('.'));

        var verification = await _data.Verify();
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        var kept = (await _data.Records()).Select(LedgerSamples.Name).ToHashSet();
        foreach (var name in told.Where(static line => line.StartsWith("ledger ", StringComparison.Ordinal)).Select(static line => line[7..^1]))
        {
            Assert.Contains(name + "-intent", kept);
        }

        foreach (var name in kept)
        {
            var other = name.EndsWith("-intent", StringComparison.Ordinal) ? name[..^7] + "-completed" : name[..^10] + "-intent";
            Assert.Contains(other, kept, "Half of an append is there.");
        }
    }

    private Process Start(string how, int? fileLimitBlocks = null)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "CursorBroker.CrashChild");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };

        // Ignoring SIGXFSZ makes a write beyond the limit fail as it does on a full disk; the runtime's own double-mapped code would count as well.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(fileLimitBlocks is null ? "exec \"$0\" \"$@\"" : $"trap '' XFSZ; ulimit -f {fileLimitBlocks}; exec \"$0\" \"$@\"");
        start.ArgumentList.Add(executable);
        start.ArgumentList.Add(_data.Path);
        start.ArgumentList.Add(how);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}
