using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Operating;

[TestClass]
public sealed class PolicyCommandTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("", 0, "valid", DisplayName = "good")]
    [DataRow("  - { id: broken, who: {}, allow: { contents: everything } }", 1, "policy.yaml: not valid", DisplayName = "with errors")]
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

    [TestMethod]
    [DataRow(0, "allow", "--path", "a", "--size", "1048576", "--author", "dev@acme.example")]
    [DataRow(1, "it sends 1048577 bytes, more than 1048576", "--path", "a", "--size", "1048577", "--author", "dev@acme.example")]
    [DataRow(1, "which is none of *@acme.example", "--path", "a", "--size", "1", "--author", "dev@acme.example", "--author", "x@else.example")]
    [DataRow(1, "carries no signature", "--path", "a", "--size", "1", "--author", "dev@acme.example", "--unsigned")]
    [DataRow(1, "cannot be computed beforehand", "--path", "a", "--size", "1", DisplayName = "unsaid commits are unknown")]
    [DataRow(1, "workflows:write", "--path", ".github/workflows/ci.yml", "--size", "1", "--author", "dev@acme.example")]
    [DataRow(1, "warning: Without --path", "--size", "1")]
    [DataRow(2, "A delete sends nothing", "--delete", "--size", "1")]
    [DataRow(2, "at least 0", "--size", "-1")]
    public async Task PolicyExplain_OfWhatAPushSends_SaysWhatMatches(int exitCode, string says, params string[] options)
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(
            home["policy.yaml"],
            """
            version: 1
            rules:
              - id: dev
                who: { groups: [dev] }
                repositories: [acme/*]
                allow: { contents: write }
                deny: [{ push: { larger: 1MB } }, { push: { other-authors: ["*@acme.example"] } }, { push: { unsigned: true } }]
            """,
            TestContext.CancellationToken);

        var explained = await Cli.RunAsync(home, TestContext.CancellationToken, ["policy", "explain", "policy.yaml", "-r", "acme/web", "-g", "dev", "--push", "main", .. options]);

        Assert.AreEqual(exitCode, explained.ExitCode, explained.Output + explained.Error);
        Assert.Contains(says, explained.Output + explained.Error);
    }

    [TestMethod]
    [DataRow(0, "issues:write on acme/web", "--route", "POST /repos/{owner}/{repo}/issues", "--permission", "issues:write")]
    [DataRow(1, "it calls DELETE /repos/{owner}/{repo}/labels/{name} (DELETE **)", "--route", "DELETE /repos/{owner}/{repo}/labels/{name}", "--permission", "issues:write")]
    [DataRow(0, "reading refs/heads/main: a.txt", "--route", "GET /repos/{owner}/{repo}/contents/{path}", "--permission", "contents:read", "--ref", "main", "--path", "a.txt")]
    [DataRow(1, "Reading refs/heads/other is not open to you", "--route", "GET /repos/{owner}/{repo}/contents/{path}", "--permission", "contents:read", "--ref", "other", "--path", "a.txt")]
    [DataRow(1, "it reads secret/a", "--route", "GET /repos/{owner}/{repo}/contents/{path}", "--permission", "contents:read", "--ref", "main", "--path", "secret/a")]
    [DataRow(0, "issues:write or pull_requests:write", "--route", "POST /repos/{owner}/{repo}/issues/{issue_number}/labels")]
    [DataRow(2, "is not known here", "--route", "GET /x")]
    [DataRow(2, "is not known here", "--route", "GET /x", "--permission", "issues")]
    [DataRow(2, "name it with --route", "--permission", "issues:read")]
    [DataRow(2, "--push or --route", "--route", "GET /x", "--permission", "issues:read", "--push", "main")]
    public async Task PolicyExplain_OfACall_SaysWhatItNeedsAndReads(int exitCode, string says, params string[] options)
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(
            home["policy.yaml"],
            """
            version: 1
            rules:
              - id: dev
                who: { groups: [dev] }
                repositories: [acme/*]
                allow: { contents: read, issues: write }
                refs: { visible: [main] }
                deny: [{ read: { paths: ["secret/**"] } }, { api: { routes: ["DELETE **"] } }]
            """,
            TestContext.CancellationToken);

        var explained = await Cli.RunAsync(home, TestContext.CancellationToken, ["policy", "explain", "policy.yaml", "-r", "acme/web", "-g", "dev", .. options]);

        Assert.AreEqual(exitCode, explained.ExitCode, explained.Output + explained.Error);
        Assert.Contains(says, explained.Output + explained.Error);
    }

    [TestMethod]
    public async Task PolicyCheck_OfTheSandboxsOwn_PassesItsTests()
    {
        using var home = new TempDirectory();
        await using (var policy = typeof(CursorBroker.Local.Hosting.LocalBroker).Assembly.GetManifestResourceStream("CursorBroker.Local.sandbox-policy.yaml")!)
        await using (var file = File.Create(home["policy.yaml"]))
        {
            await policy.CopyToAsync(file, TestContext.CancellationToken);
        }

        var check = await Cli.RunAsync(home, TestContext.CancellationToken, "policy", "check", "policy.yaml");

        Assert.AreEqual(0, check.ExitCode, check.Output + check.Error);
        Assert.Contains("20 of 20 tests pass", check.Output);
    }
}
