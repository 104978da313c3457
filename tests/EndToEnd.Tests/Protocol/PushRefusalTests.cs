using System.Text.RegularExpressions;
using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Protocol;

/// <summary>Refused pushes: what the user reads, and that nothing moved.</summary>
[TestClass]
public sealed partial class PushRefusalTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("main", "HEAD:main", DisplayName = "a branch that may not be pushed to")]
    [DataRow("release/1.4", "+main:release/1.4", DisplayName = "forced")]
    [DataRow("topic", "HEAD:refs/heads/topic", DisplayName = "a new branch outside the policy's")]
    [DataRow("v9.0.0", "HEAD:refs/tags/v9.0.0", DisplayName = "a tag")]
    [DataRow("cursor", "HEAD:refs/heads/cursor", DisplayName = "the prefix itself")]
    [DataRow("Cursor/x", "HEAD:refs/heads/Cursor/x", DisplayName = "refs differ by case")]
    [DataRow("refs/heads2/cursor/x", "HEAD:refs/heads2/cursor/x", DisplayName = "outside refs/heads")]
    public async Task Push_ThatPolicyForbids_IsRemoteRejectedWithTheReason(string shown, string refspec)
    {
        var scene = await ClonedAsync("developer");
        await scene.CommitAsync("one.txt");
        var before = await scene.RefsAtGitHubAsync();

        var push = await scene.InCloneAsync("developer", "push", "origin", refspec);

        Assert.IsFalse(push.Succeeded);
        var line = push.LineWith("[remote rejected]");
        Assert.StartsWith("! [remote rejected]", line);
        Assert.Contains($"-> {shown} (policy: ", line);
        Assert.Contains("error: failed to push some refs", push.Error);
        Assert.MatchesRegex(ReferenceLine(), push.Error);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Push_OfSeveralRefsOfWhichOneIsForbidden_LandsNone()
    {
        var scene = await ClonedAsync("developer");
        await scene.CommitAsync("one.txt");
        var before = await scene.RefsAtGitHubAsync();

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/a", "HEAD:main", "HEAD:refs/heads/cursor/b");

        Assert.IsFalse(push.Succeeded);
        Assert.AreEqual(3, push.Error.Split("! [remote rejected]").Length - 1, push.Error);
        Assert.Contains("HEAD -> main (policy: ", push.Error);
        Assert.Contains("HEAD -> cursor/a (", push.Error);
        Assert.Contains("together with another ref", push.LineWith("cursor/a"));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    [DataRow("release/1.4")]
    [DataRow("main")]
    public async Task Delete_OfProtectedBranch_IsRemoteRejected(string branch)
    {
        var scene = await ClonedAsync("developer");
        var push = await scene.InCloneAsync("developer", "push", "origin", "--delete", branch);

        Assert.IsFalse(push.Succeeded);
        Assert.Contains($"! [remote rejected] {branch} (policy: ", push.Error);
        Assert.AreNotEqual("", await scene.RefAtGitHubAsync($"refs/heads/{branch}"));
    }

    [TestMethod]
    [DataRow("1000000000", DisplayName = "in one piece")]
    [DataRow("65536", DisplayName = "in chunks behind a probe")]
    public async Task BigPush_ThatPolicyForbids_ShowsTheReasonAndNoBrokenPipe(string postBuffer)
    {
        var scene = await ClonedAsync("developer");
        await scene.CommitAsync("big.bin", 5 * 1024 * 1024);

        var push = await scene.InCloneAsync("developer", "-c", $"http.postBuffer={postBuffer}", "push", "origin", "HEAD:main");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("HEAD -> main (policy: ", push.Error);
        foreach (var broken in (string[])["RPC failed", "Broken pipe", "hung up unexpectedly", "unexpected disconnect"])
        {
            Assert.DoesNotContain(broken, push.Error);
        }
    }

    [TestMethod]
    public async Task Push_OfADeniedPath_IsRefusedNamingIt()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "guarded");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("keys/server.txt");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/allowed");
        await scene.CommitAsync("keys/server.pem");
        var before = await scene.RefsAtGitHubAsync();

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/keys");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("HEAD -> cursor/keys (policy: ", push.Error);
        Assert.Contains("keys/server.pem", push.LineWith("[remote rejected]"));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
    }

    [TestMethod]
    public async Task Push_ThatNeedsApproval_IsRefusedWithTheLinkBeforeAnyTokenForWriting()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        var before = await scene.RefsAtGitHubAsync();

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:main");

        Assert.IsFalse(push.Succeeded);
        Assert.StartsWith($"{World.Url}/approvals/a-", Approver.LinkIn(push).AbsoluteUri);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsEmpty(scene.WriteTokens);
    }

    [TestMethod]
    public async Task Push_ByReadOnlyCaller_IsRefusedBeforeAnyTokenForWriting()
    {
        var scene = await ClonedAsync("build");
        await scene.CommitAsync("one.txt");

        var push = await scene.InCloneAsync("build", "push", "origin", "HEAD:refs/heads/cursor/x");

        Assert.IsFalse(push.Succeeded);
        Assert.Contains("policy: ", push.Error);
        Assert.Contains("contents", push.Error);
        Assert.DoesNotContain("Repository not found", push.Error);
        Assert.IsFalse(scene.World.GitHub.Tokens.Entries.Any(token => token.Repositories.Contains(scene.Repository.FullName) && token.Permissions["contents"] == "write"));
    }

    [TestMethod]
    public async Task RefusedPush_ByItsReference_IsFoundInTheLedgerWithTheWholeReason()
    {
        var scene = await ClonedAsync("developer");
        await scene.CommitAsync("one.txt");

        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:main");

        var reference = ReferenceLine().Match(push.Error).Groups["id"].Value;
        var events = (await World.EventsAsync(TestContext.CancellationToken)).Where(each => each.Request == reference).ToList();
        var decided = events.OfType<OperationDecided>().Single();
        Assert.AreEqual(("deny", "acme/" + scene.Repository.Name), (decided.Outcome, decided.Target));
        Assert.IsNotEmpty(decided.Trace);
        Assert.AreEqual("Denied", events.OfType<RequestRefused>().Single().Kind);
        Assert.IsFalse(events.Any(static each => each is ForwardIntended or CredentialLeased));
    }

    private async Task<Scene> ClonedAsync(string who)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        await scene.CloneAsync(who);
        return scene;
    }

    [GeneratedRegex("remote: Reference: (?<id>r-[0-9a-f]{20})")]
    private static partial Regex ReferenceLine();
}
