using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class WorkflowTests
{
    private static GitHubUnderTest _gitHub = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _gitHub = await GitHubUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    [DataRow(false, DisplayName = "in the last commit")]
    [DataRow(true, DisplayName = "hidden under a later commit")]
    public async Task Push_OfAWorkflow_WithoutThePermission_IsRefused(bool buried)
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", await _gitHub.MintAsync("payments-api", "contents:write"));
        await Git.CommitAsync(clone, ".github/workflows/evil.yml", "on: push\n");
        if (buried)
        {
            await Git.CommitAsync(clone, "harmless.txt", "x\n");
        }

        var push = await Git.RunAsync(clone, "push", "origin", "HEAD:refs/heads/evil");

        Assert.AreEqual(1, push.ExitCode);
        Assert.Contains("refusing to allow a GitHub App to create or update workflow `.github/workflows/evil.yml` without `workflows` permission", push.Errors);
    }

    [TestMethod]
    public async Task Push_OfAWorkflow_WithThePermission_Passes()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:write", "workflows:write");
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", token);
        await Git.CommitAsync(clone, ".github/workflows/good.yml", "on: push\n");

        await Git.MustAsync(clone, "push", "--quiet", "origin", "HEAD:refs/heads/good");
    }

    [TestMethod]
    public async Task Push_FromBeforeAWorkflowThatIsThere_Passes()
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", await _gitHub.MintAsync("payments-api", "contents:write"));
        await Git.MustAsync(clone, "checkout", "--quiet", "-b", "side", "main~5");
        await Git.CommitAsync(clone, "side.txt", "x\n");
        await Git.MustAsync(clone, "merge", "--quiet", "-m", "Merge main", "main");

        await Git.MustAsync(clone, "push", "--quiet", "origin", "side");
    }
}
