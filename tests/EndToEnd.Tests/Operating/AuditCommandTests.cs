using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Operating;

/// <summary>The ledger of a running broker, taken away, proved, and tampered with.</summary>
[TestClass]
public sealed class AuditCommandTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Audit_ExportedFile_VerifiesUntilSomebodyChangesIt()
    {
        using var home = new TempDirectory();
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        await scene.InCloneAsync("developer", "push", "origin", "HEAD:hotfix");
        var data = world.Broker.DataPath;

        var live = await AuditAsync("verify", "--data", data);
        Assert.AreEqual(0, live.ExitCode, live.Output + live.Error);
        var anchor = live.Output.Trim().Split(' ')[^1];

        var tail = await AuditAsync("tail", "--data", data, "-n", "0");
        Assert.AreEqual(0, tail.ExitCode, tail.Error);
        Assert.Contains("refs/heads/hotfix", tail.Output);
        Assert.DoesNotContain("\u001b", tail.Output);

        Assert.AreEqual(0, (await AuditAsync("export", "--data", data, "-o", home["export.jsonl"])).ExitCode);
        Assert.AreEqual(0, (await AuditAsync("verify", "--file", home["export.jsonl"], "--anchor", anchor)).ExitCode);

        var lines = await File.ReadAllLinesAsync(home["export.jsonl"], TestContext.CancellationToken);
        await BrokenAsync("a changed word", [.. lines.Select(static line => line.Replace("deny", "allow", StringComparison.Ordinal))]);
        await BrokenAsync("a record left out", [.. lines[..3], .. lines[4..]]);
        await BrokenAsync("two records swapped", [.. lines[..2], lines[3], lines[2], .. lines[4..]]);
        await BrokenAsync("the beginning cut off", lines[1..]);
        await BrokenAsync("the end cut off, against the anchor", lines[..^1], "--anchor", anchor);

        await File.WriteAllTextAsync(home["empty.jsonl"], "", TestContext.CancellationToken);
        Assert.AreEqual(1, (await AuditAsync("verify", "--file", home["empty.jsonl"])).ExitCode, "Nothing proves nothing.");
        Assert.AreEqual(2, (await AuditAsync("verify", "--file", home["absent.jsonl"])).ExitCode);
        Assert.AreEqual(2, (await AuditAsync("verify", "--data", home["absent"])).ExitCode);

        Task<CliResult> AuditAsync(params string[] arguments) => Cli.RunAsync(home, TestContext.CancellationToken, ["audit", .. arguments]);

        async Task BrokenAsync(string what, string[] changed, params string[] options)
        {
            await File.WriteAllLinesAsync(home["changed.jsonl"], changed, TestContext.CancellationToken);
            var verified = await AuditAsync(["verify", "--file", home["changed.jsonl"], .. options]);
            Assert.AreEqual(1, verified.ExitCode, $"{what}: {verified.Output}{verified.Error}");
            Assert.Contains("BROKEN", verified.Output);
        }
    }
}
