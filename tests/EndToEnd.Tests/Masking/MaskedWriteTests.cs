using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Masking;

/// <summary>What was read masked is written back: the mask takes no secret's place.</summary>
[TestClass]
public sealed class MaskedWriteTests
{
    private const string Token = "ghp_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";
    private const string Content = $"# for CI\nthe token is {Token}\n";
    private const string Refusal = "config.env:2: this is a mask of the broker, not the secret";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Attack_FileReadMaskedAndWrittenBack_IsRefusedByPushAndByCall()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        var path = Path.Combine(scene.Clone, "config.env");
        await File.WriteAllTextAsync(path, Content, TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "-A");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-m", "Oops");

        // Past the broker, as long ago.
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/cursor/secret");
        var refs = await scene.RefsAtGitHubAsync();
        var contents = $"{world.Url}/api/v3/repos/{scene.Repository.FullName}/contents/config.env";
        var (_, read) = await CallAsync(world, HttpMethod.Get, $"{contents}?ref=cursor/secret", null);
        var file = JsonNode.Parse(read)!;
        var masked = Encoding.UTF8.GetString(Convert.FromBase64String(file["content"]!.GetValue<string>().Replace("\n", "", StringComparison.Ordinal)));
        Assert.DoesNotContain(Token, masked);

        await File.WriteAllTextAsync(path, $"{masked}MORE=1\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-a", "-m", "More");
        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:cursor/secret");
        var (status, answer) = await CallAsync(world, HttpMethod.Put, contents, new JsonObject
        {
            ["message"] = "More",
            ["branch"] = "cursor/secret",
            ["sha"] = await scene.AtGitHubAsync("rev-parse", "cursor/secret:config.env"),
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{masked}MORE=1\n")),
        });

        Assert.IsFalse(push.Succeeded);
        Assert.Contains(Refusal, push.Everything);
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, status, answer);
        Assert.Contains(Refusal, answer);
        Assert.AreEqual(refs, await scene.RefsAtGitHubAsync());
        Assert.AreEqual(Content.Trim(), await scene.AtGitHubAsync("show", "cursor/secret:config.env"));
    }

    [TestMethod]
    public async Task File_ChangedBesideItsOldSecret_IsPushed()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policies.Everyday);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        var path = Path.Combine(scene.Clone, "config.env");
        await File.WriteAllTextAsync(path, Content, TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "add", "-A");
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-m", "Oops");
        var refused = await scene.InCloneAsync("developer", "push", "origin", "HEAD:refs/heads/cursor/secret");
        await scene.MustInCloneAsync(null, "push", "--quiet", scene.Repository.Path, "HEAD:refs/heads/cursor/secret");

        await File.WriteAllTextAsync(path, $"{Content}MORE=1\n", TestContext.CancellationToken);
        await scene.MustInCloneAsync(null, "commit", "--quiet", "-a", "-m", "More");
        var push = await scene.InCloneAsync("developer", "push", "origin", "HEAD:cursor/secret");

        Assert.IsFalse(refused.Succeeded);
        Assert.Contains("config.env:2 (github-personal-access-token)", refused.Everything);
        Assert.DoesNotContain(Token, refused.Everything);
        Assert.IsTrue(push.Succeeded, push.Everything);
        Assert.AreEqual($"{Content}MORE=1", await scene.AtGitHubAsync("show", "cursor/secret:config.env"));
    }

    private async Task<(HttpStatusCode Status, string Body)> CallAsync(World world, HttpMethod method, string url, JsonObject? body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.TokenAsync("developer", TestContext.CancellationToken));
        using var answer = await client.SendAsync(request, TestContext.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.CancellationToken));
    }
}
