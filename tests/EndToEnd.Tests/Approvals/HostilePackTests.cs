using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Packs and commands that no git sends. What cannot be read in full is refused, and nothing of it reaches GitHub.</summary>
[TestClass]
public sealed class HostilePackTests
{
    private const int Many = 10_000;
    private const int Shown = 50;

    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("stray", DisplayName = "a commit")]
    [DataRow("stray^{tree}", DisplayName = "a tree")]
    [DataRow("stray:stray.txt", DisplayName = "a blob")]
    public async Task Object_HiddenInThePack_ThatNoRefReaches_IsRefused(string hidden)
    {
        var scene = await SceneAsync();
        await scene.CommitAsync("stray.txt");
        await scene.MustInCloneAsync(null, "branch", "stray");
        await scene.MustInCloneAsync(null, "reset", "--quiet", "--hard", "HEAD~1");
        var pack = await RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD", "HEAD^{tree}", "HEAD:one.txt", hidden);

        await RefusedAsync(scene, pack);
    }

    [TestMethod]
    public async Task Pack_WithTrailingBytes_IsRefused()
    {
        var scene = await SceneAsync();
        await RefusedAsync(scene, [.. await PackAsync(scene), 0]);
        await RefusedAsync(scene, [.. await PackAsync(scene), .. await PackAsync(scene)]);
    }

    [TestMethod]
    public async Task Pack_WithTrailingBytesUnderAValidChecksum_IsRefused()
    {
        var scene = await SceneAsync();
        byte[] longer = [.. (await PackAsync(scene))[..^SHA1.HashSizeInBytes], .. Packets.Bytes("hidden")];
        await RefusedAsync(scene, [.. longer, .. CryptographicOperations.HashData(HashAlgorithmName.SHA1, longer)]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(20)]
    [DataRow(60)]
    public async Task Pack_CutShort_IsRefused(int missing)
    {
        var scene = await SceneAsync();
        await RefusedAsync(scene, (await PackAsync(scene))[..^missing]);
    }

    [TestMethod]
    public async Task Pack_WithOneBitChanged_IsRefused()
    {
        var scene = await SceneAsync();
        var pack = await PackAsync(scene);
        pack[^30] ^= 1;
        await RefusedAsync(scene, pack);
    }

    [TestMethod]
    public async Task Blob_ThatInflatesToFarMoreThanWasSent_IsRefusedUnderTheDefaultLimits()
    {
        var scene = await SceneAsync();
        await scene.MustInCloneAsync(null, "-c", "alias.bomb=!head --bytes=300M /dev/zero > bomb && git add bomb && git commit --quiet --message Bomb", "bomb");
        await RefusedAsync(scene, await RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD", "HEAD^{tree}", "HEAD:bomb", "HEAD~1", "HEAD~1^{tree}", "HEAD:one.txt"));
    }

    [TestMethod]
    public async Task Refs_TenThousandOfWhichOneWaits_AreNotPutBeforeApproversWhoCouldNotSeeThem()
    {
        var scene = await SceneAsync("approved");
        var (main, commit) = (await scene.RefAtGitHubAsync("refs/heads/main"), await scene.MustInCloneAsync(null, "rev-parse", "HEAD"));
        var before = await scene.RefsAtGitHubAsync();
        var pack = await PackAsync(scene);
        var asked = scene.GitRequests.Count();

        var answer = await RawPush.SendAsync(
            scene,
            "developer",
            Enumerable.Range(0, Many).Select(i => i == Many / 2 ? (main, commit, "refs/heads/main") : (Packets.Zero, commit, $"refs/heads/cursor/{i}")),
            pack,
            TestContext.CancellationToken);

        Assert.AreEqual(200, answer.Status);
        Assert.Contains("Nobody was asked to approve this: ", answer.Body);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsLessThan(20, scene.GitRequests.Count() - asked);
    }

    [TestMethod]
    public async Task Refs_FiftyOfWhichOneWaits_AllWaitAndAreAllShown()
    {
        var scene = await SceneAsync("approved");
        var (main, commit) = (await scene.RefAtGitHubAsync("refs/heads/main"), await scene.MustInCloneAsync(null, "rev-parse", "HEAD"));
        var before = await scene.RefsAtGitHubAsync();
        var pack = await PackAsync(scene);
        var asked = scene.GitRequests.Count();
        using var lead = new Approver("lead", TestContext.CancellationToken);

        var answer = await RawPush.SendAsync(
            scene,
            "developer",
            Enumerable.Range(0, Shown).Select(i => i == Shown / 2 ? (main, commit, "refs/heads/main") : (Packets.Zero, commit, $"refs/heads/cursor/{i}")),
            pack,
            TestContext.CancellationToken);

        Assert.AreEqual(200, answer.Status);
        var link = LinkOf(answer);
        Assert.Contains(link.AbsoluteUri, answer.Body[answer.Body.IndexOf($"ng refs/heads/cursor/{Shown - 1} ", StringComparison.Ordinal)..]);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsLessThan(20, scene.GitRequests.Count() - asked);
        var page = await lead.OpenAsync(link);
        Assert.AreEqual(System.Net.HttpStatusCode.OK, page.Status);
        Assert.IsNotNull(page.FormWith("name=\"verdict\""));
        Assert.Contains("refs/heads/main", page.Html);
        Assert.Contains($"refs/heads/cursor/{Shown - 1}", page.Html);

        static Uri LinkOf(RawAnswer answer)
        {
            var begin = answer.Body.IndexOf("http://", answer.Body.IndexOf("ng refs/heads/main ", StringComparison.Ordinal), StringComparison.Ordinal);
            return new Uri(answer.Body[begin..answer.Body.IndexOf(';', begin)]);
        }
    }

    [TestMethod]
    public async Task Refs_TenThousandOfWhichOneIsForbidden_AreAllRefused()
    {
        var scene = await SceneAsync();
        var commit = await scene.MustInCloneAsync(null, "rev-parse", "HEAD");
        var before = await scene.RefsAtGitHubAsync();

        var answer = await RawPush.SendAsync(
            scene,
            "developer",
            Enumerable.Range(0, Many).Select(i => (Packets.Zero, commit, i == Many / 2 ? "refs/heads/hotfix" : $"refs/heads/cursor/{i}")),
            await PackAsync(scene),
            TestContext.CancellationToken);

        Assert.AreEqual(200, answer.Status);
        Assert.Contains("ng refs/heads/hotfix policy: ", answer.Body.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
    }

    private async Task RefusedAsync(Scene scene, byte[] pack)
    {
        var before = await scene.RefsAtGitHubAsync();

        var answer = await RawPush.CreateAsync(
            scene, "developer", await scene.MustInCloneAsync(null, "rev-parse", "HEAD"), "refs/heads/cursor/x", pack, TestContext.CancellationToken);

        Assert.AreEqual(200, answer.Status, answer.Body);
        Assert.Contains("ng refs/heads/cursor/x push refused: ", answer.Body);
        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        Assert.IsFalse(scene.GitRequests.Any(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)));
        var refused = (await World.EventsAsync(TestContext.CancellationToken)).OfType<RequestRefused>().Last(each => each.Path.StartsWith($"/{scene.Repository.FullName}.git/", StringComparison.Ordinal));
        Assert.AreEqual("examine", refused.Stage);
    }

    private Task<byte[]> PackAsync(Scene scene) => RawPush.PackAsync(scene, TestContext.CancellationToken, "HEAD", "HEAD^{tree}", "HEAD:one.txt");

    private async Task<Scene> SceneAsync(string prefix = "payments")
    {
        var scene = await Scene.CopyAsync(World, TestContext, prefix);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        return scene;
    }
}
