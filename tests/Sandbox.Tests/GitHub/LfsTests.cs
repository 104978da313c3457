using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class LfsTests
{
    private const string Media = "application/vnd.git-lfs+json";

    private static readonly byte[] Content = Encoding.UTF8.GetBytes("an object of the sandbox");
    private static readonly string Oid = Convert.ToHexStringLower(SHA256.HashData(Content));

    private static GitHubUnderTest _gitHub = null!;
    private static string _read = null!;
    private static string _write = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _gitHub = await GitHubUnderTest.StartAsync();
        _read = await _gitHub.MintAsync("payments-api", "contents:read");
        _write = await _gitHub.MintAsync("payments-api", "contents:write");
    }

    [ClassCleanup]
    public static async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Object_IsSentVerifiedAndHadAgain()
    {
        var named = await BatchAsync("upload", _write, Oid, Content.Length);
        var (upload, verify) = (named.GetProperty("actions").GetProperty("upload"), named.GetProperty("actions").GetProperty("verify"));
        Assert.AreEqual(_gitHub.Server.DownloadsAddress.Authority, new Uri(upload.GetProperty("href").GetString()!).Authority);
        Assert.AreEqual(HttpStatusCode.OK, await DoAsync(HttpMethod.Put, upload, Content));

        Assert.AreEqual(404, (await BatchAsync("download", _read, Oid, Content.Length)).GetProperty("error").GetProperty("code").GetInt32(), "It is there before it was verified.");
        Assert.AreEqual(HttpStatusCode.OK, await DoAsync(HttpMethod.Post, verify, Encoding.UTF8.GetBytes($$"""{"oid":"{{Oid}}","size":{{Content.Length}} }""")));

        var download = (await BatchAsync("download", _read, Oid, Content.Length)).GetProperty("actions").GetProperty("download");
        CollectionAssert.AreEqual(Content, await _gitHub.Http.GetByteArrayAsync(download.GetProperty("href").GetString()));
        Assert.IsFalse((await BatchAsync("upload", _write, Oid, Content.Length)).TryGetProperty("actions", out _), "It is asked for again.");
    }

    [TestMethod]
    public async Task Object_IsHadInParts()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var oid = await SendAsync(content);
        var download = (await BatchAsync("download", _read, oid, 1000)).GetProperty("actions").GetProperty("download");
        using var request = new HttpRequestMessage(HttpMethod.Get, download.GetProperty("href").GetString()) { Headers = { Range = new RangeHeaderValue(10, 19) } };

        using var answer = await _gitHub.Http.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.AreEqual("bytes 10-19/1000", answer.Content.Headers.ContentRange!.ToString());
        CollectionAssert.AreEqual(content[10..20], await answer.Content.ReadAsByteArrayAsync());
    }

    [TestMethod]
    public async Task Upload_WithoutItsHeaders_OrWithoutALength_OrOfOtherContent_IsRefused()
    {
        var content = RandomNumberGenerator.GetBytes(100);
        var upload = (await BatchAsync("upload", _write, Convert.ToHexStringLower(SHA256.HashData(content)), 100)).GetProperty("actions").GetProperty("upload");

        using (var bare = await _gitHub.Http.PutAsync(upload.GetProperty("href").GetString(), new ByteArrayContent(content)))
        {
            Assert.AreEqual(HttpStatusCode.Forbidden, bare.StatusCode);
        }

        Assert.AreEqual(HttpStatusCode.LengthRequired, await DoAsync(HttpMethod.Put, upload, content, chunked: true));
        Assert.AreEqual(HttpStatusCode.BadRequest, await DoAsync(HttpMethod.Put, upload, content[1..]));
        Assert.AreEqual(HttpStatusCode.BadRequest, await DoAsync(HttpMethod.Put, upload, new byte[100]));
        Assert.AreEqual(HttpStatusCode.Forbidden, await DoAsync(HttpMethod.Post, upload, content));
    }

    [TestMethod]
    public async Task Verify_OfWhatWasNotSent_IsRefused()
    {
        var oid = new string('a', 64);
        var verify = (await BatchAsync("upload", _write, oid, 7)).GetProperty("actions").GetProperty("verify");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, await DoAsync(HttpMethod.Post, verify, Encoding.UTF8.GetBytes($$"""{"oid":"{{oid}}","size":7}""")));
    }

    [TestMethod]
    public async Task Batch_AsksForThePermissionOfItsOperation()
    {
        var elsewhere = await _gitHub.MintAsync("payments-web", "contents:write");
        var issues = await _gitHub.MintAsync("payments-api", "issues:write");

        Assert.AreEqual((HttpStatusCode.Forbidden, "Write access to repository not granted."), await RefusalAsync("objects/batch", _read, BatchOf("upload", Oid, 1)));
        Assert.AreEqual((HttpStatusCode.NotFound, "Repository not found."), await RefusalAsync("objects/batch", elsewhere, BatchOf("download", Oid, 1)));
        Assert.AreEqual((HttpStatusCode.NotFound, "Repository not found."), await RefusalAsync("objects/batch", issues, BatchOf("download", Oid, 1)));
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await RefusalAsync("objects/batch", "no-token", BatchOf("download", Oid, 1))).Status);
        Assert.AreEqual((HttpStatusCode.UnprocessableEntity, "The batch is not valid."), await RefusalAsync("objects/batch", _read, """{"operation":"sideload","objects":[{}]}"""));
    }

    [TestMethod]
    public async Task Locks_AreMadeListedAndUndone()
    {
        using var made = await PostAsync("locks", _write, """{"path":"model.bin"}""");
        var one = (await GitHubUnderTest.JsonAsync(made, HttpStatusCode.Created)).GetProperty("lock");
        Assert.AreEqual("cursor-broker-sandbox[bot]", one.GetProperty("owner").GetProperty("name").GetString());
        Assert.AreEqual("2026-03-01T12:00:00Z", one.GetProperty("locked_at").GetString());
        var id = one.GetProperty("id").GetString();

        using var again = await PostAsync("locks", _write, """{"path":"model.bin"}""");
        Assert.AreEqual(id, (await GitHubUnderTest.JsonAsync(again, HttpStatusCode.Conflict)).GetProperty("lock").GetProperty("id").GetString());
        using var second = await PostAsync("locks", _write, """{"path":"other.bin"}""");

        var first = await ListAsync("limit=1");
        Assert.AreEqual("model.bin", first.GetProperty("locks")[0].GetProperty("path").GetString());
        var rest = await ListAsync($"limit=1&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.AreEqual("other.bin", rest.GetProperty("locks")[0].GetProperty("path").GetString());
        Assert.AreEqual(1, (await ListAsync("path=other.bin")).GetProperty("locks").GetArrayLength());
        using var verified = await PostAsync("locks/verify", _write, "{}");
        Assert.AreEqual(2, (await GitHubUnderTest.JsonAsync(verified, HttpStatusCode.OK)).GetProperty("ours").GetArrayLength());

        using var undone = await PostAsync($"locks/{id}/unlock", _write, "{}");
        Assert.AreEqual(id, (await GitHubUnderTest.JsonAsync(undone, HttpStatusCode.OK)).GetProperty("lock").GetProperty("id").GetString());
        Assert.AreEqual((HttpStatusCode.NotFound, "Lock not found"), await RefusalAsync($"locks/{id}/unlock", _write, "{}"));
    }

    [TestMethod]
    [DataRow("locks", """{"path":"a"}""")]
    [DataRow("locks/verify", "{}")]
    [DataRow("locks/1/unlock", "{}")]
    public async Task Locks_ByWhoMayOnlyRead_AreNotMadeVerifiedOrUndone(string path, string body)
    {
        Assert.AreEqual((HttpStatusCode.Forbidden, "Write access to repository not granted."), await RefusalAsync(path, _read, body));
    }

    private static string BatchOf(string operation, string oid, long size) => $$"""{"operation":"{{operation}}","transfers":["basic"],"objects":[{"oid":"{{oid}}","size":{{size}} }]}""";

    private static async Task<JsonElement> BatchAsync(string operation, string token, string oid, long size)
    {
        using var answer = await PostAsync("objects/batch", token, BatchOf(operation, oid, size));
        return (await GitHubUnderTest.JsonAsync(answer, HttpStatusCode.OK)).GetProperty("objects")[0];
    }

    private static async Task<string> SendAsync(byte[] content)
    {
        var oid = Convert.ToHexStringLower(SHA256.HashData(content));
        var actions = (await BatchAsync("upload", _write, oid, content.Length)).GetProperty("actions");
        Assert.AreEqual(HttpStatusCode.OK, await DoAsync(HttpMethod.Put, actions.GetProperty("upload"), content));
        Assert.AreEqual(HttpStatusCode.OK, await DoAsync(HttpMethod.Post, actions.GetProperty("verify"), Encoding.UTF8.GetBytes($$"""{"oid":"{{oid}}","size":{{content.Length}} }""")));
        return oid;
    }

    private static async Task<HttpStatusCode> DoAsync(HttpMethod method, JsonElement action, byte[] body, bool chunked = false)
    {
        using var request = new HttpRequestMessage(method, action.GetProperty("href").GetString()) { Content = new ByteArrayContent(body) };
        foreach (var header in action.GetProperty("header").EnumerateObject())
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
        }

        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await _gitHub.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> ListAsync(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_gitHub.Server.Git, $"acme/payments-api.git/info/lfs/locks?{query}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _read);
        using var answer = await _gitHub.Http.SendAsync(request);
        return await GitHubUnderTest.JsonAsync(answer, HttpStatusCode.OK);
    }

    private static async Task<(HttpStatusCode Status, string? Message)> RefusalAsync(string path, string token, string body)
    {
        using var answer = await PostAsync(path, token, body);
        Assert.AreEqual(Media, answer.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual(answer.StatusCode == HttpStatusCode.Unauthorized, answer.Headers.Contains("LFS-Authenticate"));
        return (answer.StatusCode, (await GitHubUnderTest.JsonAsync(answer, answer.StatusCode)).GetProperty("message").GetString());
    }

    private static Task<HttpResponseMessage> PostAsync(string path, string token, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_gitHub.Server.Git, $"acme/payments-api.git/info/lfs/{path}"))
        {
            Content = new StringContent(body, MediaTypeHeaderValue.Parse(Media)),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _gitHub.Http.SendAsync(request);
    }
}
