using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.GitHub.Control;

namespace CursorBroker.EndToEnd.Tests.Upstream;

[TestClass]
public sealed class UpstreamFaultTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(500, "GitHub failed.", 502)]
    [DataRow(502, "GitHub failed.", 502)]
    [DataRow(503, "GitHub is unavailable.", 503)]
    [DataRow(403, "GitHub itself refuses this", 403)]
    [DataRow(404, "The policy covers this repository, but GitHub does not find it.", 404)]
    [DataRow(401, "GitHub did not accept the credential", 503)]
    [DataRow(429, "GitHub's rate limit is reached.", 429)]
    public async Task Advertisement_ThatGitHubRefuses_IsToldInTheBrokersWords(int status, string words, int answered)
    {
        var scene = await Scene.CopyAsync(World, TestContext);

        // An upstream that is out of order for a moment is asked again, so it has to be so for as long as the broker tries.
        Plan(scene, "info/refs", new SandboxFault.Answer(status, """{"message":"upstream-internals"}"""), times: status is 502 or 503 ? 3 : 1);

        var listed = await scene.GitAsync("developer", "ls-remote", scene.Url);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains($"remote: CursorBroker: {words}", listed.Error);
        Assert.DoesNotContain("upstream-internals", listed.Error);
        var end = await EndAsync(scene, "info/refs");
        Assert.AreEqual(status, end.Completed.Status);
        Assert.AreEqual(answered, end.Refused!.Status);
        Assert.IsTrue((await scene.GitAsync("developer", "ls-remote", scene.Url)).Succeeded, "It fails on after the fault is over.");
    }

    [TestMethod]
    [DataRow("git-upload-pack", 500, "GitHub failed.")]
    [DataRow("git-upload-pack", 403, "GitHub itself refuses this")]
    [DataRow("git-upload-pack", 429, "GitHub's rate limit is reached.")]
    public async Task Fetch_ThatGitHubRefuses_IsARemoteError(string service, int status, string words)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        Plan(scene, service, new SandboxFault.Answer(status));

        var clone = await scene.GitAsync("developer", "clone", scene.Url, "clone");

        Assert.IsFalse(clone.Succeeded);
        Assert.Contains($"remote error: {words}", clone.Error);
    }

    [TestMethod]
    [DataRow(500, "GitHub failed.")]
    [DataRow(403, "GitHub itself refuses this")]
    [DataRow(429, "GitHub's rate limit is reached.")]
    public async Task Push_ThatGitHubRefuses_IsRemoteRejectedWithTheReason(int status, string words)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt", 200_000);
        Plan(scene, "git-receive-pack", new SandboxFault.Answer(status));

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/x");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains($"! [remote rejected] HEAD -> cursor/x ({words}", push.Error);
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/cursor/x"));
    }

    [TestMethod]
    [DataRow(1, 500, DisplayName = "the list of refs fails")]
    [DataRow(1, 403, DisplayName = "the list of refs is refused")]
    [DataRow(1, 429, DisplayName = "the list of refs meets the rate limit")]
    [DataRow(2, 500, DisplayName = "the history fails")]
    [DataRow(2, 403, DisplayName = "the history is refused")]
    [DataRow(1, 0, DisplayName = "the list of refs is cut off")]
    [DataRow(2, 0, DisplayName = "the history is cut off")]
    public async Task Push_ThatCannotBeExaminedForGitHubFails_IsRefusedAndNotPassedUnexamined(int request, int status)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        var path = $"/{scene.Repository.FullName}.git/git-upload-pack";
        var seen = 0;
        SandboxFault fault = status == 0 ? new SandboxFault.Cut(40) : new SandboxFault.Answer(status);
        World.GitHub.Faults.Add(fault with { When = each => each.Path == path && Interlocked.Increment(ref seen) == request });

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/x");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("! [remote rejected] HEAD -> cursor/x (", push.Error);
        Assert.Contains("remote: CursorBroker: ", push.Error);
        Assert.AreEqual(request, seen, "Another request than the one meant was struck.");
        Assert.AreEqual("", await scene.RefAtGitHubAsync("refs/heads/cursor/x"));
        Assert.IsFalse(scene.GitRequests.Any(static each => each.Method == "POST" && each.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/x");
    }

    [TestMethod]
    public async Task RetryAfter_OfGitHub_IsPassedOn()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        Plan(scene, "info/refs", new SandboxFault.Answer(429) { Headers = new Dictionary<string, string> { ["Retry-After"] = "7", ["X-Secret"] = "no" } });

        var answer = await RawHttp.SendAsync(
            World.Url,
            $"GET /{scene.Repository.FullName}.git/info/refs?service=git-upload-pack",
            [$"Authorization: Bearer {await World.TokenAsync("developer", TestContext.CancellationToken)}"],
            [],
            hangUp: false,
            TestContext.CancellationToken);

        Assert.AreEqual(429, answer.Status);
        Assert.Contains("Retry-After: 7", answer.Headers);
        Assert.DoesNotContain("X-Secret", answer.Headers);
    }

    [TestMethod]
    public async Task Redirect_OfGitHub_IsNotFollowed()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        var elsewhere = new Uri(World.GitHub.Git, "elsewhere/taken").AbsoluteUri;
        Plan(scene, "info/refs", new SandboxFault.Answer(302) { Headers = new Dictionary<string, string> { ["Location"] = elsewhere } });

        var listed = await scene.GitAsync("developer", "ls-remote", scene.Url);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("renamed or moved", listed.Error);
        Assert.DoesNotContain("elsewhere", listed.Error);
        Assert.IsFalse(World.GitHub.Requests.Entries.Any(static request => request.Path == "/elsewhere/taken"));
    }

    [TestMethod]
    public async Task Connection_CutBeforeAnyAnswer_IsToldAndRecorded()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        Plan(scene, "info/refs", new SandboxFault.Cut(0), times: 50);

        var listed = await scene.GitAsync("developer", "ls-remote", scene.Url);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("remote: CursorBroker: GitHub cannot be reached.", listed.Error);
        Assert.IsNotNull((await EndAsync(scene, "info/refs")).Completed.Failure);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public async Task Connection_CutMidwayThroughAPack_FailsTheCloneAndIsRecorded(int version)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("lead");
        await scene.CommitAsync("big.bin", 300_000);
        await scene.MustInCloneAsync("lead", "push", "--quiet", "origin", "HEAD:main");
        World.GitHub.Faults.Add(new SandboxFault.Cut(100_000)
        {
            When = request => request.Method == "POST" && request.Path == $"/{scene.Repository.FullName}.git/git-upload-pack",
            Times = 2, // v2's listing of refs is shorter and passes
        });

        var clone = await scene.GitAsync("developer", "-c", $"protocol.version={version}", "clone", scene.Url, "another");

        Assert.IsFalse(clone.Succeeded);
        Assert.IsFalse(Directory.Exists(Path.Combine(scene.Directory, "another")), "git keeps half a clone.");
        Assert.IsNotNull((await EndAsync(scene, "git-upload-pack")).Completed.Failure);
        Assert.IsTrue((await scene.GitAsync("developer", "ls-remote", scene.Url)).Succeeded);
    }

    [TestMethod]
    public async Task Connection_CutMidwayThroughAPushsReport_IsRecordedAsIncomplete()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        Plan(scene, "git-receive-pack", new SandboxFault.Cut(5));

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/x");

        Assert.IsFalse(push.Succeeded);
        var end = (await EndAsync(scene, "git-receive-pack")).Completed;
        Assert.IsNotNull(end.Failure);
        Assert.Contains("the upstream's report is not complete", end.Results);
    }

    [TestMethod]
    public async Task Repository_Renamed_IsToldToACoveredCallerAndNotFollowed()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        World.GitHub.RenameRepository(scene.Repository.FullName, $"acme/{World.NewName("internal")}");

        var listed = await scene.GitAsync("developer", "ls-remote", scene.Url);
        var outsider = await scene.GitAsync("outsider", "ls-remote", scene.Url);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("renamed or moved", listed.Error);
        Assert.DoesNotContain("internal", listed.Error);
        Assert.Contains("CursorBroker: Repository not found.", outsider.Error);
    }

    [TestMethod]
    public async Task Repository_RenamedWhileItsTokenIsCached_IsToldToo()
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        Assert.IsTrue((await scene.GitAsync("developer", "ls-remote", scene.Url)).Succeeded);
        World.GitHub.RenameRepository(scene.Repository.FullName, $"acme/{World.NewName("internal")}");

        var listed = await scene.GitAsync("developer", "ls-remote", scene.Url);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("renamed or moved", listed.Error);
        Assert.DoesNotContain("internal", listed.Error);
    }

    private static void Plan(Scene scene, string suffix, SandboxFault fault, int times = 1) => World.GitHub.Faults.Add(fault with
    {
        When = request => request.Path == $"/{scene.Repository.FullName}.git/{suffix}",
        Times = times,
    });

    private async Task<(ExchangeCompleted Completed, RequestRefused? Refused)> EndAsync(Scene scene, string what)
    {
        (ExchangeCompleted?, RequestRefused?) found = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var events = await World.EventsAsync(TestContext.CancellationToken);
                var request = events.OfType<ForwardIntended>().Last(intent => intent.Path.StartsWith($"{scene.Repository.FullName}.git/{what}", StringComparison.Ordinal)).Request;
                found = (events.OfType<ExchangeCompleted>().SingleOrDefault(end => end.Request == request), events.OfType<RequestRefused>().SingleOrDefault(end => end.Request == request));
                return found.Item1 is not null;
            },
            "the ledger has the end of the exchange",
            TestContext.CancellationToken);
        return (found.Item1!, found.Item2);
    }
}
