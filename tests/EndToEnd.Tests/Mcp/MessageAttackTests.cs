using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>Messages that nobody honest sends: from other sites, under other names, for other servers, and such as could be read in two ways.</summary>
[TestClass]
public sealed class MessageAttackTests
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""";

    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("https://evil.example")]
    [DataRow("null")]
    [DataRow("http://127.0.0.1.evil.example")]
    [DataRow("http://127.0.0.1", DisplayName = "another port of this machine")]
    [DataRow("http://127.0.0.1:1")]
    [DataRow("https://localhost")]
    [DataRow("vscode-webview://extension")]
    [DataRow("file://")]
    public async Task Origin_OfAnotherSite_IsRefused_WithAGoodTokenToo(string origin)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        var reply = await mcp.SendAsync("developer", List, ("Origin", origin));

        Assert.AreEqual(403, reply.Status, reply.Body);
        Assert.DoesNotContain("list_branches", reply.Body);
    }

    [TestMethod]
    public async Task Origin_OfTheBrokerItself_IsTaken()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        foreach (var origin in (string[])[World.Url, World.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)])
        {
            Assert.AreEqual(200, (await mcp.SendAsync("developer", List, ("Origin", origin))).Status, origin);
        }
    }

    [TestMethod]
    [DataRow("evil.example")]
    [DataRow("127.0.0.1.evil.example:PORT")]
    [DataRow("rebound.example:PORT")]
    [DataRow("127.0.0.1:1")]
    [DataRow("localhost")]
    public async Task Host_OfDnsRebinding_IsRefused_WithAGoodTokenToo(string host)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        var reply = await mcp.SendAsync("developer", List, ("Host", host.Replace("PORT", $"{mcp.Endpoint.Port}", StringComparison.Ordinal)));

        Assert.AreEqual(403, reply.Status, reply.Body);
    }

    [TestMethod]
    public async Task Nobody_IsToldWhereToSignIn()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var metadata = $"resource_metadata=\"{World.Url}/.well-known/oauth-protected-resource/mcp\"";

        var none = await mcp.SendAsync(null, List);
        var bad = await mcp.SendAsync(null, List, ("Authorization", "Bearer nonsense"));

        Assert.AreEqual((401, $"Bearer {metadata}, scope=\"broker\""), (none.Status, none.Challenge));
        Assert.AreEqual((401, $"Bearer error=\"invalid_token\", {metadata}, scope=\"broker\""), (bad.Status, bad.Challenge));
    }

    [TestMethod]
    public async Task Token_ForAnotherAudience_IsRefused()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        using var client = new SandboxTokenClient();
        var given = (SandboxTokens.Given)await client.GetTokenAsync(World.Sandbox.Issuer, "developer", TestContext.CancellationToken);

        // An id token is for the client that signed in, not for the broker.
        var reply = await mcp.SendAsync(null, List, ("Authorization", $"Bearer {given.IdToken}"));

        Assert.AreEqual(401, reply.Status);
        Assert.Contains("invalid_token", reply.Challenge);
        Assert.Contains("another audience", reply.Body);
    }

    [TestMethod]
    public async Task Token_OfTheCaller_ReachesNoUpstream()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);
        var scene = await Scene.CopyAsync(World, TestContext);
        var client = await mcp.ClientAsync("developer");

        await McpScene.CallAsync(client, "list_branches", new { owner = "acme", repo = scene.Repository.Name });
        await McpScene.CallAsync(client, "list_commits", new { owner = "acme", repo = scene.Repository.Name });

        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await World.TokenAsync("developer", TestContext.CancellationToken))));
        var seen = World.GitHub.Requests.Entries.Where(request => request.Path.Contains(scene.Repository.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.IsNotEmpty(seen);
        Assert.IsFalse(seen.Exists(request => string.Equals(request.TokenSha256, own, StringComparison.OrdinalIgnoreCase)), "the caller's token went upstream");
        var branches = seen.Where(static request => request.Path.EndsWith("/branches", StringComparison.Ordinal)).ToList();
        Assert.IsNotEmpty(branches);
        Assert.IsTrue(branches.TrueForAll(request => World.GitHub.Tokens.Entries.Any(minted => minted.Sha256 == request.TokenSha256)), "it went with a token that was minted for it");
    }

    [TestMethod]
    [DataRow("[]", 400)]
    [DataRow("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", 400, DisplayName = "a batch")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}""", 400, DisplayName = "a method twice")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_branches","name":"merge_pull_request","arguments":{}}}""", 400, DisplayName = "a name twice")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/list"} {}""", 400, DisplayName = "something behind it")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\ud800"}}""", 400, DisplayName = "half a surrogate for a name")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_file_contents","arguments":{"owner":"acme","repo":"x","path":"a\ud800"}}}""", 400, DisplayName = "half a surrogate for an argument")]
    [DataRow("nonsense", 400)]
    [DataRow("", 400)]
    public async Task Message_ThatCouldBeReadInTwoWays_IsRefused(string body, int status)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        Assert.AreEqual(status, (await mcp.SendAsync("developer", body)).Status);
    }

    [TestMethod]
    public async Task Message_OfManyLevels_IsRefused()
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        var reply = await mcp.CallAsync("developer", "list_branches", $$"""{"owner":{{new string('[', 5000)}}{{new string(']', 5000)}}}""");

        Assert.AreEqual(400, reply.Status, reply.Body);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "with its length")]
    [DataRow(false, DisplayName = "without its length")]
    public async Task Message_ThatIsTooLong_IsRefused(bool saysItsLength)
    {
        var body = Encoding.UTF8.GetBytes($$$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_branches","arguments":{"owner":"{{{{new string('a', 13 * 1024 * 1024)}}}}"}}}""");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{World.Url}/mcp") { Content = saysItsLength ? new ByteArrayContent(body) : new StreamContent(new Unsized(body)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await World.TokenAsync("developer", TestContext.CancellationToken));
        request.Headers.ExpectContinue = true;

        using var answer = await client.SendAsync(request, TestContext.CancellationToken);

        Assert.AreEqual(413, (int)answer.StatusCode);
    }

    [TestMethod]
    [DataRow("Content-Type", "text/plain", 400, DisplayName = "what a form of any page can send")]
    [DataRow("Content-Encoding", "gzip", 400)]
    [DataRow("Mcp-Method", "tools/call", 400)]
    [DataRow("Mcp-Name", "list_branches", 400)]
    [DataRow("MCP-Protocol-Version", "2031-01-01", 400)]
    [DataRow("MCP-Protocol-Version", "2026-07-28", 400, DisplayName = "a revision that the message does not name")]
    [DataRow("Mcp-Session-Id", "somebody-elses", 400)]
    [DataRow("Accept", "application/json", 406)]
    public async Task Header_ThatContradictsTheMessage_IsRefused(string name, string value, int status)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        var reply = await mcp.SendAsync("developer", List, (name, value));

        Assert.AreEqual(status, reply.Status, reply.Body);
    }

    [TestMethod]
    [DataRow("list_branches", 200)]
    [DataRow("=?base64?bGlzdF9icmFuY2hlcw==?=", 200, DisplayName = "the same in base64")]
    [DataRow("get_file_contents", 400)]
    [DataRow("=?base64?Z2V0X2ZpbGVfY29udGVudHM=?=", 400, DisplayName = "another in base64")]
    [DataRow("=?base64?!!?=", 400)]
    public async Task NameHeader_OfAnyRevision_IsTheMessagesOwn(string name, int status)
    {
        await using var mcp = new McpScene(World, TestContext.CancellationToken);

        var reply = await mcp.CallAsync("developer", "list_branches", """{"owner":"acme","repo":"payments-api"}""", ("Mcp-Name", name));

        Assert.AreEqual(status, reply.Status, reply.Body);
    }

    [TestMethod]
    [DataRow("GET")]
    [DataRow("DELETE")]
    [DataRow("PUT")]
    public async Task Verb_OtherThanPost_IsNotAllowed_AndSaysSoOnlyToWhoHasSignedIn(string verb)
    {
        using var client = new HttpClient();
        using var anonymous = await client.SendAsync(new(new(verb), $"{World.Url}/mcp"), TestContext.CancellationToken);
        using var request = new HttpRequestMessage(new(verb), $"{World.Url}/mcp");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await World.TokenAsync("developer", TestContext.CancellationToken));
        using var known = await client.SendAsync(request, TestContext.CancellationToken);

        Assert.AreEqual((401, 405), ((int)anonymous.StatusCode, (int)known.StatusCode));
        Assert.AreEqual("POST", string.Join(',', known.Content.Headers.Allow));
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
