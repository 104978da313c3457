using System.Net;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Tests.Lfs;

[TestClass]
public sealed class LockTests
{
    private const string Locks = $"{LfsHarness.Repository}/locks";

    [TestMethod]
    public async Task Lock_IsMade_AndSaysWhoseItIs()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static _ => LfsHarness.Json($$"""{"lock":{{LfsHarness.Lock("7", "a/b.bin")}},"url":"https://upstream.example/verysecret"}""", HttpStatusCode.Created);

        var answer = await lfs.PostAsync(Locks, """{"path":"a/b.bin","ref":{"name":"refs/heads/cursor/x"},"more":1}""");

        Assert.AreEqual(HttpStatusCode.Created, answer.Status, answer.Text);
        Assert.AreEqual("""{"lock":{"id":"7","path":"a/b.bin","locked_at":"2026-05-17T15:49:06Z","owner":{"name":"Dev One"}}}""", answer.Text);
        Assert.AreEqual("""{"path":"a/b.bin","ref":{"name":"refs/heads/cursor/x"}}""", lfs.Pipeline.Upstream.Bodies.Single());
        Assert.AreEqual("contents:write", lfs.Pipeline.Vault.Asked.Single().Permissions.ToString());
    }

    [TestMethod]
    public async Task Lock_ThatIsThere_IsShown()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static _ => LfsHarness.Json($$"""{"lock":{{LfsHarness.Lock("7", "a.bin")}},"message":"words of the upstream"}""", HttpStatusCode.Conflict);

        var answer = await lfs.PostAsync(Locks, """{"path":"a.bin"}""");

        Assert.AreEqual(HttpStatusCode.Conflict, answer.Status);
        Assert.AreEqual("7", (string)answer.Json["lock"]!["id"]!);
        StringAssert.Contains(answer.Message, "locked already");
    }

    [TestMethod]
    [DataRow("/acme/read/info/lfs/locks", """{"path":"a.bin"}""", "This needs contents:write")]
    [DataRow("/acme/payments-api/info/lfs/locks", """{"path":"a.bin","ref":{"name":"refs/heads/main"}}""", "Pushing refs/heads/main is not allowed")]
    [DataRow("/acme/some-paths/info/lfs/locks", """{"path":"secret/a.bin"}""", "not open to you")]
    public async Task Lock_ByWhoMayNotPushThere_OrNotReadTheFile_IsRefused(string path, string json, string reason)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(path, json);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, answer.Text);
        StringAssert.Contains(answer.Message, reason);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("""{"path":"../a"}""")]
    [DataRow("""{"path":"/a"}""")]
    [DataRow("""{"path":"a//b"}""")]
    [DataRow("""{"path":"secret\\a.bin"}""")]
    [DataRow("""{"path":"a\u0000"}""")]
    [DataRow("""{"path":"a","path":"b"}""")]
    [DataRow("""{"path":""}""")]
    [DataRow("""{}""")]
    public async Task Lock_OfAPathThatCouldBeReadInTwoWays_IsRefused(string json)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync(Locks, json)).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task List_LeavesDeniedPathsOut()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static _ => LfsHarness.Json($$"""{"locks":[{{LfsHarness.Lock("1", "secret/key.bin")}},{{LfsHarness.Lock("2", "/secret/other.bin")}},{{LfsHarness.Lock("3", "open.bin")}}],"next_cursor":"3"}""");

        var answer = await lfs.GetAsync("/acme/some-paths/info/lfs/locks?path=&id=&cursor=&limit=&refspec=refs%2Fheads%2Fmain");

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.DoesNotContain("secret", answer.Text);
        Assert.AreEqual("open.bin", (string)answer.Json["locks"]![0]!["path"]!);
        Assert.AreEqual("3", (string)answer.Json["next_cursor"]!);
        Assert.AreEqual("?limit=100&refspec=refs%2Fheads%2Fmain", lfs.Sent.Single().RequestUri!.Query);
        Assert.AreEqual("contents:read", lfs.Pipeline.Vault.Asked.Single().Permissions.ToString());
    }

    [TestMethod]
    public async Task List_WhereRefsAreHidden_ShowsOnesOwnAlone()
    {
        var state = new MemoryState();
        await using var lfs = await LfsHarness.StartAsync(locks: state);
        lfs.AtLocks = static request => request.Method == HttpMethod.Post
            ? LfsHarness.Json($$"""{"lock":{{LfsHarness.Lock("1", "mine.bin")}} }""", HttpStatusCode.Created)
            : LfsHarness.Json($$"""{"locks":[{{LfsHarness.Lock("1", "mine.bin")}},{{LfsHarness.Lock("2", "on-a-hidden-branch.bin")}}]}""");
        await lfs.PostAsync("/acme/some-refs/info/lfs/locks", """{"path":"mine.bin"}""");

        var answer = await lfs.GetAsync("/acme/some-refs/info/lfs/locks");

        Assert.DoesNotContain("hidden", answer.Text);
        Assert.AreEqual("mine.bin", (string)answer.Json["locks"]![0]!["path"]!);
    }

    [TestMethod]
    [DataRow("path=a&path=b")]
    [DataRow("path=..%2Fa")]
    [DataRow("refspec=main")]
    [DataRow("limit=-1")]
    [DataRow("id=1%00")]
    [DataRow("unknown=1")]
    [DataRow("path")]
    public async Task List_OfAQueryThatIsNotUnderstood_IsRefused(string query)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.GetAsync($"{Locks}?{query}")).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task Verify_PartsOnesOwnFromOthers_ThoughToTheUpstreamAllAreTheApps()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static request => request.Method == HttpMethod.Post
            ? LfsHarness.Json($$"""{"lock":{{LfsHarness.Lock("1", "mine.bin")}} }""", HttpStatusCode.Created)
            : LfsHarness.Json($$"""{"locks":[{{LfsHarness.Lock("1", "mine.bin")}},{{LfsHarness.Lock("2", "other.bin")}}]}""");
        await lfs.PostAsync(Locks, """{"path":"mine.bin"}""");

        var mine = await lfs.PostAsync($"{Locks}/verify", """{"limit":1000,"ref":{"name":"refs/heads/cursor/x"}}""");
        lfs.Pipeline.Authenticator.Instead = new AuthenticationOutcome.Authenticated(LfsHarness.Other);
        var others = await lfs.PostAsync($"{Locks}/verify", "{}");

        Assert.AreEqual("mine.bin", (string)mine.Json["ours"]![0]!["path"]!);
        Assert.AreEqual("other.bin", (string)mine.Json["theirs"]![0]!["path"]!);
        Assert.IsEmpty(others.Json["ours"]!.AsArray());
        Assert.AreEqual("Dev One", (string)others.Json["theirs"]![0]!["owner"]!["name"]!);
    }

    [TestMethod]
    public async Task Unlock_OfOnesOwn_IsDone_OfAnotherPersonsOnlyWithForce()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static request => LfsHarness.Json($$"""{"lock":{{LfsHarness.Lock("1", "a.bin")}} }""", request.RequestUri!.AbsolutePath.EndsWith("/locks", StringComparison.Ordinal) ? HttpStatusCode.Created : HttpStatusCode.OK);
        await lfs.PostAsync(Locks, """{"path":"a.bin"}""");
        lfs.Pipeline.Authenticator.Instead = new AuthenticationOutcome.Authenticated(LfsHarness.Other);
        var before = lfs.Sent.Count;

        var refused = await lfs.PostAsync($"{Locks}/1/unlock", """{"force":false}""");
        Assert.AreEqual(HttpStatusCode.Forbidden, refused.Status, refused.Text);
        StringAssert.Contains(refused.Message, "Dev One's; only its owner unlocks it");
        Assert.HasCount(before, lfs.Sent);

        Assert.AreEqual(HttpStatusCode.OK, (await lfs.PostAsync($"{Locks}/1/unlock", """{"force":true}""")).Status);
        Assert.AreEqual("""{"force":true}""", lfs.Pipeline.Upstream.Bodies[^1]);

        // Forgotten with it: the id alone makes nobody an owner any more.
        lfs.Pipeline.Authenticator.Instead = null;
        Assert.AreEqual(HttpStatusCode.Forbidden, (await lfs.PostAsync($"{Locks}/1/unlock", "{}")).Status);
    }

    [TestMethod]
    public async Task Unlock_ByIdOfAFileThatIsNotShown_LooksLikeNotThere_EvenWithForce()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtLocks = static request => request.Method == HttpMethod.Get ? LfsHarness.Json($$"""{"locks":[{{LfsHarness.Lock("1", "secret/a.bin")}}]}""") : throw new InvalidOperationException("It was unlocked.");

        var answer = await lfs.PostAsync("/acme/some-paths/info/lfs/locks/1/unlock", """{"force":true}""");

        Assert.AreEqual(HttpStatusCode.NotFound, answer.Status, answer.Text);
        Assert.AreEqual("CursorBroker: There is no such lock.", answer.Message);
    }

    [TestMethod]
    public async Task Unlock_ByWhoMayOnlyRead_IsRefused()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.Forbidden, (await lfs.PostAsync("/acme/read/info/lfs/locks/1/unlock", """{"force":true}""")).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task StateIsDown_LocksAreNotSaidToBeAnybodys()
    {
        var state = new MemoryState();
        await using var lfs = await LfsHarness.StartAsync(locks: state);
        lfs.AtLocks = static _ => LfsHarness.Json($$"""{"locks":[{{LfsHarness.Lock("1", "a.bin")}}]}""");
        state.IsDown = true;

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await lfs.PostAsync($"{Locks}/verify", "{}")).Status);
    }
}
