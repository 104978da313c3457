using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Masking;

/// <summary>A file with secrets is read, and still is that file; and what waits for people is shown to them.</summary>
[TestClass]
public sealed partial class MaskedReadTests
{
    private const string Token = "ghp_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task File_WithAToken_IsReadMaskedInEveryFormAndRecorded()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await SecretAtGitHubAsync(world);
        var path = $"/api/v3/repos/{scene.Repository.FullName}";

        var raw = await ReadAsync(world, $"{path}/contents/config.env?ref=cursor/secret", "application/vnd.github.raw+json");
        var diff = await ReadAsync(world, $"{path}/commits/cursor%2Fsecret", "application/vnd.github.diff");
        var json = await ReadAsync(world, $"{path}/commits/cursor%2Fsecret", "application/json");

        Assert.MatchesRegex(Masked(), raw);
        foreach (var answer in (string[])[raw, diff, json])
        {
            Assert.DoesNotContain(Token[4..20], answer);
        }

        Assert.AreEqual(raw.Split('\n')[1].Split(' ')[^1], Regex.Match(diff, @"ghp_\S+").Value, "one secret has one mask in a session");
        await Eventually.TrueAsync(
            async () => (await world.EventsAsync(TestContext.CancellationToken)).OfType<AnswerMasked>().Count() == 3, "what was found is in the ledger", TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Approver_IsShownWhatChanges()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday, TimeSpan.FromMinutes(1));
        var scene = await Scene.CopyAsync(world, TestContext, "approved");
        await scene.CloneAsync("developer");
        await File.WriteAllTextAsync(Path.Combine(scene.Clone, "words.txt"), "what an approver reads\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "-A");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-m", "Words");
        using var lead = new Approver("lead", TestContext.CancellationToken);

        var pushing = scene.InCloneAsync("developer", "push", "origin", "HEAD:main");
        var link = await lead.OpenedAsync(scene);

        Assert.Contains("what an approver reads", (await lead.OpenAsync(link)).Html);
        await lead.ApproveAsync(link);
        Assert.IsTrue((await pushing).Succeeded);
    }

    private async Task<Scene> SecretAtGitHubAsync(World world)
    {
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        await File.WriteAllTextAsync(Path.Combine(scene.Clone, "config.env"), $"# for CI\nthe token is {Token}\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "-A");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-m", "Oops");

        // Past the broker, as long ago.
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/cursor/secret");
        return scene;
    }

    private async Task<string> ReadAsync(World world, string path, string accept)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, world.Url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.TokenAsync("developer", TestContext.CancellationToken));
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await client.SendAsync(request, TestContext.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, body);
        return body;
    }

    [GeneratedRegex(@"\A# for CI\nthe token is ghp_[*a-z2-7]{39}\n\z")]
    private static partial Regex Masked();
}
