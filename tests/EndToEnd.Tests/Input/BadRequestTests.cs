using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Input;

[TestClass]
public sealed class BadRequestTests
{
    private const string Advertise = "/info/refs?service=git-upload-pack";
    private const string UploadType = "Content-Type: application/x-git-upload-pack-request";
    private const string PushType = "Content-Type: application/x-git-receive-pack-request";
    private const string V2 = "Git-Protocol: version=2";
    private static readonly string SomeObject = new('1', 40);
    private static World? _world;

    public required TestContext TestContext { get; set; }

    private static World World => _world!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await World.StartAsync(context.CancellationToken, Policies.Everyday);

    [ClassCleanup]
    public static async Task StopAsync() => await World.DisposeAsync();

    [TestMethod]
    [DataRow("/acme/../acme/payments-api.git", DisplayName = "..")]
    [DataRow("/acme/x/../payments-api.git", DisplayName = ".. within")]
    [DataRow("/acme/payments-api.git/../internal-tools.git", DisplayName = ".. to another repository")]
    [DataRow("/acme/%2e%2e/acme/payments-api.git", DisplayName = "encoded ..")]
    [DataRow("/acme/%2e%2e%2facme%2fpayments-api.git", DisplayName = "encoded ../")]
    [DataRow("/acme%2Fpayments-api.git", DisplayName = "encoded slash")]
    [DataRow("/acme/payments-api%2F..%2Finternal-tools.git", DisplayName = "encoded slashes and ..")]
    [DataRow("/acme/payments%2Dapi.git", DisplayName = "encoded letter")]
    [DataRow("//acme/payments-api.git", DisplayName = "leading //")]
    [DataRow("/acme//payments-api.git", DisplayName = "//")]
    [DataRow("/acme/payments-api.git/", DisplayName = "// before info")]
    [DataRow("/acme/./payments-api.git", DisplayName = "/./")]
    [DataRow("/acme/payments-api.git.git", DisplayName = ".git.git")]
    [DataRow("/acme/payments-api.wiki.git", DisplayName = "the wiki, which is another repository")]
    [DataRow("/acme/payments-api.git;x=1", DisplayName = "a parameter")]
    [DataRow("/acme/payments-api.git%00", DisplayName = "encoded NUL")]
    [DataRow("/acme\\payments-api.git", DisplayName = "backslash")]
    [DataRow("/acme/payments-api.git%0d%0aX-Evil:1", DisplayName = "encoded line break")]
    [DataRow("/acme/payments-äpi.git", DisplayName = "raw non-ASCII")]
    [DataRow("/acme/.git", DisplayName = "no name")]
    [DataRow("/acme/..", DisplayName = "dots as the name")]
    [DataRow("/-acme/payments-api.git", DisplayName = "an owner that looks like an option")]
    [DataRow("/acme/payments-api.git/x", DisplayName = "one segment too many")]
    public async Task RepositoryName_ThatCanBeReadInTwoWays_IsRefused(string path) => await RefusedAsync($"GET {path}{Advertise}", [await BearerAsync()]);

    [TestMethod]
    [DataRow("GET /acme/payments-api.git/info/refs", DisplayName = "dumb HTTP")]
    [DataRow("GET /acme/payments-api.git/HEAD", DisplayName = "dumb HTTP: HEAD")]
    [DataRow("GET /acme/payments-api.git/objects/info/packs", DisplayName = "dumb HTTP: packs")]
    [DataRow("GET /acme/payments-api.git/info/refs?service=git-upload-archive", DisplayName = "unknown service")]
    [DataRow("GET /acme/payments-api.git/info/refs?service=upload-pack", DisplayName = "service without git-")]
    [DataRow("GET /acme/payments-api.git/info/refs?service=git-upload-pack&service=git-receive-pack", DisplayName = "two services")]
    [DataRow("GET /acme/payments-api.git/info/refs?x=1&service=git-upload-pack", DisplayName = "another parameter")]
    [DataRow("GET /acme/payments-api.git/info/refs?service=git%2Dupload-pack", DisplayName = "encoded service")]
    [DataRow("POST /acme/payments-api.git/info/refs?service=git-upload-pack", DisplayName = "POST where GET belongs")]
    [DataRow("GET /acme/payments-api.git/git-upload-pack", DisplayName = "GET where POST belongs")]
    [DataRow("PUT /acme/payments-api.git/git-receive-pack", DisplayName = "PUT")]
    [DataRow("POST /acme/payments-api.git/git-upload-archive", DisplayName = "unknown service, POST")]
    [DataRow("POST /acme/payments-api.git/info/lfs/objects/batch", DisplayName = "LFS, which is not served yet")]
    public async Task Route_ThatIsNotUnderstood_IsRefused(string requestLine) =>
        await RefusedAsync(requestLine, [await BearerAsync(), UploadType, "Content-Length: 0"]);

    [TestMethod]
    public async Task AuthorizationHeaders_Two_AreRefusedWhicheverIsGood()
    {
        var good = await BearerAsync();
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [good, good]);
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [good, "Authorization: Bearer x"]);
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", ["Authorization: Bearer x", good]);
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [$"{good}, Bearer x"]);
    }

    [TestMethod]
    [DataRow("Authorization: Negotiate abc")]
    [DataRow("Authorization: Basic ###")]
    [DataRow("Authorization: Bearer")]
    [DataRow("Authorization: ")]
    [DataRow("Private-Token: abc")]
    public async Task Authorization_OfAnotherKind_IsAskedForAgain(string header)
    {
        var answer = await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [header]);

        Assert.AreEqual(401, answer.Status);
        Assert.Contains("WWW-Authenticate: Basic realm=\"CursorBroker\"", answer.Headers);
    }

    [TestMethod]
    public async Task Token_OfTwentyKilobytes_IsRefused() =>
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [$"Authorization: Bearer {new string('a', 20_000)}"]);

    [TestMethod]
    [DataRow("Content-Type: application/x-git-receive-pack-request", DisplayName = "another service's type")]
    [DataRow("Content-Type: text/plain")]
    [DataRow("Content-Type: application/x-www-form-urlencoded", DisplayName = "what a web page can send unasked")]
    [DataRow("X-No: type", DisplayName = "none")]
    public async Task Post_OfAnotherContentType_IsRefused(string type) =>
        await RefusedAsync("POST /acme/payments-api.git/git-upload-pack", [await BearerAsync(), type, V2], Packets.LsRefs());

    [TestMethod]
    [DataRow("deflate")]
    [DataRow("br")]
    [DataRow("gzip, gzip")]
    [DataRow("gzip", DisplayName = "gzip that is none")]
    public async Task Post_InAnotherEncoding_IsRefused(string encoding) =>
        await RefusedAsync("POST /acme/payments-api.git/git-upload-pack", [await BearerAsync(), UploadType, V2, $"Content-Encoding: {encoding}"], Packets.LsRefs());

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("00", DisplayName = "half a length")]
    [DataRow("0003", DisplayName = "a length below its own")]
    [DataRow("fff1x", DisplayName = "a length above git's most")]
    [DataRow("zzzz", DisplayName = "no length")]
    [DataRow("0032want 1111111111111111111111111111111111111111", DisplayName = "shorter than it says")]
    [DataRow("0001", DisplayName = "a delimiter first")]
    [DataRow("0002", DisplayName = "a response end")]
    [DataRow("0013command=explode\n0000", DisplayName = "an unknown command")]
    [DataRow("GET / HTTP/1.1\r\n\r\n", DisplayName = "another request")]
    public async Task Fetch_ThatIsNotOne_IsRefused(string body) =>
        await RefusedAsync("POST /acme/payments-api.git/git-upload-pack", [await BearerAsync(), UploadType, V2], Packets.Bytes(body));

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("00", DisplayName = "half a length")]
    [DataRow("fff5x", DisplayName = "a length above git's most")]
    [DataRow("00010000", DisplayName = "a delimiter")]
    [DataRow("00020000", DisplayName = "a response end")]
    [DataRow("PACK\0\0\0\u0002", DisplayName = "a pack first")]
    [DataRow("00000000PACK", DisplayName = "a pack behind two flushes")]
    public async Task Push_ThatIsNotOne_IsRefused(string body) =>
        await RefusedAsync("POST /acme/payments-api.git/git-receive-pack", [await BearerAsync(), PushType], Packets.Bytes(body));

    [TestMethod]
    [DataRow("refs/heads/cursor/a..b")]
    [DataRow("refs/heads/cursor/x.lock")]
    [DataRow("refs/heads/cursor/x y")]
    [DataRow("refs/heads/cursor/x~1")]
    [DataRow("refs/heads/cursor/../main")]
    [DataRow("refs/heads//main")]
    [DataRow("HEAD")]
    public async Task Push_OfRefNameThatGitWouldRefuse_IsRefused(string name) =>
        await RefusedAsync("POST /acme/payments-api.git/git-receive-pack", [await BearerAsync(), PushType], Packets.Push(name, SomeObject));

    [TestMethod]
    [DataRow(true, DisplayName = "behind the flush")]
    [DataRow(false, DisplayName = "the same ref twice")]
    public async Task Push_WithASecondCommandHidden_IsRefused(bool behindFlush)
    {
        string[] parts = behindFlush
            ? [First("refs/heads/cursor/x"), Packets.Flush, Packets.Line($"{Packets.Zero} {SomeObject} refs/heads/main"), Packets.Flush, "PACK"]
            : [First("refs/heads/cursor/x"), Packets.Line($"{Packets.Zero} {SomeObject} refs/heads/cursor/x"), Packets.Flush, "PACK"];

        await RefusedAsync("POST /acme/payments-api.git/git-receive-pack", [await BearerAsync(), PushType], Packets.Bytes(parts));

        static string First(string name) => Packets.Line($"{Packets.Zero} {SomeObject} {name}\0 report-status");
    }

    [TestMethod]
    [DataRow("Git-Protocol: version=2 evil", DisplayName = "a space")]
    [DataRow("Git-Protocol: ", DisplayName = "empty")]
    public async Task GitProtocolHeader_ThatCannotBeRead_IsRefused(string header) =>
        await RefusedAsync($"GET /acme/payments-api.git{Advertise}", [await BearerAsync(), header]);

    /// <summary>Refused with 4xx (or, where git reads bodies of 200 alone, an error packet), and GitHub heard nothing of it.</summary>
    private async Task<RawAnswer> RefusedAsync(string requestLine, string[] headers, byte[]? body = null)
    {
        var before = World.GitHub.Requests.Total;
        string[] length = body is null ? [] : [$"Content-Length: {body.Length}"];
        var answer = await RawHttp.SendAsync(World.Url, requestLine, [.. headers, .. length], body ?? [], hangUp: false, TestContext.CancellationToken);

        Assert.IsTrue(answer.Status is >= 400 and < 500, $"{answer.Status} {answer.Body}");
        Assert.AreEqual(before, World.GitHub.Requests.Total, "It reached GitHub.");
        return answer;
    }

    private async Task<string> BearerAsync() => $"Authorization: Bearer {await World.TokenAsync("developer", TestContext.CancellationToken)}";
}
