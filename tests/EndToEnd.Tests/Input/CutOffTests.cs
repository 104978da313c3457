using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Input;

/// <summary>A push that breaks off midway: nothing lands, the broker lives and the ledger has its end.</summary>
[TestClass]
public sealed class CutOffTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow(true, 10, DisplayName = "in the head, length announced")]
    [DataRow(false, 10, DisplayName = "in the head, chunked")]
    [DataRow(true, 120_000, DisplayName = "in the pack, length announced")]
    [DataRow(false, 120_000, DisplayName = "in the pack, chunked")]
    public async Task Push_CutOffMidway_LandsNothing(bool announced, int kept)
    {
        var scene = await Scene.CopyAsync(World, TestContext);
        var before = await scene.RefsAtGitHubAsync();
        var whole = await WholePushAsync(scene);
        Assert.IsGreaterThan(kept, whole.Length);
        var path = $"/{scene.Repository.FullName}.git/git-receive-pack";
        string[] headers =
        [
            $"Authorization: Bearer {await World.TokenAsync("lead", TestContext.CancellationToken)}",
            "Content-Type: application/x-git-receive-pack-request",
            announced ? $"Content-Length: {whole.Length}" : "Transfer-Encoding: chunked",
        ];
        byte[] sent = announced ? whole[..kept] : [.. System.Text.Encoding.ASCII.GetBytes($"{whole.Length:x}\r\n"), .. whole[..kept]];

        var answer = await RawHttp.SendAsync(World.Url, $"POST {path}", headers, sent, hangUp: true, TestContext.CancellationToken);

        Assert.AreNotEqual(500, answer.Status);
        await Eventually.TrueAsync(
            async () => (await World.EventsAsync(TestContext.CancellationToken)).OfType<RequestRefused>().Any(refused => refused.Path == path)
                || (await EndOfAsync(path)) is not null,
            "the ledger has the end of the push",
            TestContext.CancellationToken);
        var events = await World.EventsAsync(TestContext.CancellationToken);
        Assert.IsFalse(events.OfType<RequestRefused>().Any(refused => refused.Path == path && refused.Kind == "Internal"), "It counts as a bug.");
        if (await EndOfAsync(path) is { } end)
        {
            Assert.IsNotNull(end.Failure);
        }

        Assert.AreEqual(before, await scene.RefsAtGitHubAsync());
        await scene.CloneAsync("developer");
    }

    /// <summary>What git would send to create a branch, whole.</summary>
    private async Task<byte[]> WholePushAsync(Scene scene)
    {
        await scene.CloneAsync("lead");
        var commit = await scene.CommitAsync("big.bin", 256 * 1024);
        var list = Path.Combine(scene.Directory, "objects");
        var pack = await scene.InCloneAsync(null, "-c", $"alias.packed=!git rev-list --objects HEAD ^origin/main | git pack-objects --quiet --stdout > {list}", "packed");
        Assert.IsTrue(pack.Succeeded, pack.Error);
        Directory.Delete(scene.Clone, recursive: true);
        return
        [
            .. Packets.Bytes(Packets.Line($"{Packets.Zero} {commit} refs/heads/cut\0 report-status side-band-64k agent=test"), Packets.Flush),
            .. await File.ReadAllBytesAsync(list, TestContext.CancellationToken),
        ];
    }

    private async Task<ExchangeCompleted?> EndOfAsync(string path)
    {
        var events = await World.EventsAsync(TestContext.CancellationToken);
        var request = events.OfType<ForwardIntended>().LastOrDefault(intent => "/" + intent.Path == path)?.Request;
        return request is null ? null : events.OfType<ExchangeCompleted>().SingleOrDefault(end => end.Request == request);
    }
}
