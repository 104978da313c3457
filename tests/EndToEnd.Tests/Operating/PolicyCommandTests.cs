using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Operating;

[TestClass]
public sealed class PolicyCommandTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("", 0, "valid", DisplayName = "good")]
    [DataRow("  - { id: broken, who: {}, allow: { contents: everything } }", 1, "policy.yaml:", DisplayName = "with errors")]
    [DataRow("tests:\n  - { name: nobody pushes, caller: { groups: [payments-leads] }, push: { repository: acme/payments-api, ref: main }, expect: deny }", 1, "test 'nobody pushes'", DisplayName = "whose own test fails")]
    public async Task PolicyCheck_OfAFile_ExitsSo(string more, int exitCode, string says)
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(home["policy.yaml"], $"{Policies.Everyday}\n{more}\n", TestContext.CancellationToken);

        var check = await Cli.RunAsync(home, TestContext.CancellationToken, "policy", "check", "policy.yaml");

        Assert.AreEqual(exitCode, check.ExitCode, check.Output + check.Error);
        Assert.Contains(says, check.Output);
    }

    [TestMethod]
    public async Task PolicyCheck_OfNoFile_CannotRun()
    {
        using var home = new TempDirectory();

        Assert.AreEqual(2, (await Cli.RunAsync(home, TestContext.CancellationToken, "policy", "check", "absent.yaml")).ExitCode);
    }

    [TestMethod]
    [DataRow(0, "payments-dev", "cursor/x")]
    [DataRow(1, "payments-dev", "main")]
    [DataRow(0, "payments-leads", "main")]
    public async Task PolicyExplain_OfAPush_ExitsWithTheDecision(int exitCode, string group, string branch)
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(home["policy.yaml"], Policies.Everyday, TestContext.CancellationToken);

        var explained = await Cli.RunAsync(home, TestContext.CancellationToken, "policy", "explain", "policy.yaml", "-r", "acme/payments-api", "-g", group, "--push", branch);

        Assert.AreEqual(exitCode, explained.ExitCode, explained.Output + explained.Error);
    }
}
