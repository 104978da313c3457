using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Upstream;

/// <summary>The tokens that GitHub is asked for, by GitHub's own log.</summary>
[TestClass]
public sealed class CredentialTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Tokens_OfADaysWork_AreNarrowAndEndWithIt()
    {
        var world = await World.StartAsync(TestContext.CancellationToken);
        await using (world)
        {
            foreach (var who in (string[])["developer", "lead"])
            {
                var scene = await Scene.CopyAsync(world, TestContext);
                await scene.CloneAsync(who);
                for (var i = 0; i < 3; i++)
                {
                    await scene.CommitAsync($"{i}.txt");
                    await scene.MustInCloneAsync(who, "push", "--quiet", "origin", $"HEAD:refs/heads/cursor/{i}");
                }

                await scene.InCloneAsync(who, "push", "origin", "HEAD:main", "--delete", "release/1.4");
                await scene.MustInCloneAsync(who, "fetch", "--quiet");
            }

            var tokens = world.GitHub.Tokens.Entries;
            Assert.IsTrue(tokens.All(static token => token is { RepositoriesAsked: true, PermissionsAsked: true, Repositories.Length: 1 }));
            Assert.IsTrue(tokens.All(static token => token.Permissions.Keys.All(static name => name is "contents" or "metadata")
                && token.Permissions["contents"] is "read" or "write" && token.Permissions["metadata"] == "read"));
            var writing = tokens.Where(static token => token.Permissions["contents"] == "write").ToList();
            Assert.IsGreaterThanOrEqualTo(6, writing.Count);
            await Eventually.TrueAsync(() => writing.All(static token => token.RevokedAt is not null), "every write token is revoked", TestContext.CancellationToken);
            Assert.IsTrue(tokens.Except(writing).All(static token => token.RevokedAt is null), "A read token ended before its time.");

            var used = world.GitHub.Requests.Entries.Where(static request => request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)).Select(static request => request.TokenSha256).ToList();
            CollectionAssert.AllItemsAreUnique(used, "Two pushes had one write token.");
        }

        Assert.AreEqual("", string.Join(", ", world.GitHub.Tokens.Entries.Where(static token => token.RevokedAt is null).Select(static token => token.Sha256)), "outlived the broker");
    }

    [TestMethod]
    public async Task Clones_TwentyAtOnce_ShareOneReadToken()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext);

        var clones = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => scene.GitAsync(i % 2 == 0 ? "developer" : "lead", "clone", "--quiet", scene.Url, $"clone-{i}")));

        Assert.AreEqual("", string.Concat(clones.Where(static clone => !clone.Succeeded).Select(static clone => clone.Error)));
        Assert.HasCount(1, world.GitHub.Tokens.Entries);
        Assert.HasCount(1, world.GitHub.Requests.Entries.Where(static request => request.Path.EndsWith("/access_tokens", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Headers_OfTheCaller_DoNotReachGitHub()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext);
        var token = await world.TokenAsync("developer", TestContext.CancellationToken);

        await scene.CloneAsync("developer", "--config", "http.extraHeader=Cookie: a=b", "--config", "http.extraHeader=X-Forwarded-For: 10.0.0.1", "--config", "http.userAgent=mine");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/x");

        string[] allowed = ["Host", "Accept", "User-Agent", "Content-Type", "Content-Length", "Transfer-Encoding", "Git-Protocol"];
        foreach (var request in scene.GitRequests)
        {
            Assert.AreEqual("", string.Join(", ", request.Headers.Keys.Except(allowed, StringComparer.OrdinalIgnoreCase)), request.Path);
            Assert.DoesNotContain("mine", request.Headers["User-Agent"]);
            Assert.Contains(request.TokenSha256, world.GitHub.Tokens.Entries.Select(static minted => minted.Sha256));
            Assert.IsFalse(request.Headers.Values.Any(value => value.Contains(token, StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public async Task Ledger_OfClonesAndPushes_HoldsNoToken()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(world, TestContext);
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        await scene.MustInCloneAsync("developer", "push", "--quiet", "origin", "HEAD:refs/heads/cursor/x");

        var text = string.Join('\n', (await world.EventsAsync(TestContext.CancellationToken)).Select(static each => System.Text.Encoding.UTF8.GetString(AuditJson.Serialize(each))));

        Assert.DoesNotContain("ghs_", text);
        Assert.DoesNotContain((await world.TokenAsync("developer", TestContext.CancellationToken)).Split('.')[2], text);
        Assert.Contains(world.GitHub.Tokens.Entries[0].Sha256, text);
    }
}
