using System.IO.Compression;
using System.Net;
using System.Text;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class GitServingTests
{
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
    [DataRow("0")]
    [DataRow("1")]
    [DataRow("2")]
    public async Task Clone_InEachProtocol_BringsEverything(string version)
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", _read, "-c", "protocol.version=" + version);

        Assert.AreEqual("40", await Git.MustAsync(clone, "rev-list", "--count", "origin/cursor/example"));
        Assert.AreEqual("v1.4.0\nv1.4.1", await Git.MustAsync(clone, "tag"));
        await Git.MustAsync(clone, "fsck", "--strict");
    }

    [TestMethod]
    [DataRow("ACME/Payments-API.git")]
    [DataRow("acme/payments-api")]
    public async Task Clone_UnderAnotherSpelling_Works(string repository)
    {
        await _gitHub.CloneAsync(repository, _read);
    }

    [TestMethod]
    public async Task Clone_Shallow_BringsOneCommit_AndDeepens()
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", _read, "--depth=1");
        Assert.AreEqual("1", await Git.MustAsync(clone, "rev-list", "--count", "HEAD"));

        await Git.MustAsync(clone, "fetch", "--quiet", "--unshallow");
        Assert.AreEqual("39", await Git.MustAsync(clone, "rev-list", "--count", "HEAD"));
    }

    [TestMethod]
    public async Task Clone_Partial_FetchesBlobsWhenTheyAreNeeded()
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", _read, "--filter=blob:none", "--no-checkout");
        Assert.AreNotEqual(string.Empty, await Git.MustAsync(clone, "rev-list", "--objects", "--missing=print", "HEAD", "--"));

        await Git.MustAsync(clone, "checkout", "--quiet", "main");
        Assert.IsTrue(File.Exists(Path.Combine(clone, "deploy/prod/deployment.yaml")));
    }

    [TestMethod]
    public async Task Clones_ManyAtOnce_AllSucceed_AndLeaveNoProcess()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(static _ => _gitHub.CloneAsync("acme/payments-api.git", _read, "--bare")));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (_gitHub.Server.RunningGitProcesses > 0)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    [TestMethod]
    public async Task Push_CreatesUpdatesAndDeletes()
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", _write);
        await Git.CommitAsync(clone, "one.txt", "one\n");
        await Git.MustAsync(clone, "push", "--quiet", "origin", "HEAD:refs/heads/tess/one", "HEAD:refs/tags/tess-one");
        await Git.CommitAsync(clone, "one.txt", "two\n");
        await Git.MustAsync(clone, "push", "--quiet", "origin", "HEAD:refs/heads/tess/one");

        Assert.StartsWith(await Git.MustAsync(clone, "rev-parse", "HEAD"), await Git.MustAsync(clone, "ls-remote", "origin", "refs/heads/tess/one"));
        await Git.MustAsync(clone, "push", "--quiet", "origin", ":refs/heads/tess/one");
        Assert.AreEqual(string.Empty, await Git.MustAsync(clone, "ls-remote", "origin", "refs/heads/tess/one"));
    }

    [TestMethod]
    public async Task Push_LargerThanThePostBuffer_GoesChunkedAfterAProbe()
    {
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", _write);
        var noise = System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 * 1024 * 1024);
        await File.WriteAllBytesAsync(Path.Combine(clone, "noise.bin"), noise);
        await Git.MustAsync(clone, "add", "noise.bin");
        await Git.MustAsync(clone, "commit", "--quiet", "-m", "Noise");

        await Git.MustAsync(clone, "push", "--quiet", "origin", "HEAD:refs/heads/tess/large");

        Assert.IsTrue(_gitHub.Server.Requests.Entries.Any(static entry =>
            entry.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal) && entry.Headers.GetValueOrDefault("Transfer-Encoding") == "chunked"));
    }

    [TestMethod]
    public async Task LsRefs_WithAGzipBody_IsUnderstood()
    {
        var body = Encoding.ASCII.GetBytes("0014command=ls-refs\n0016object-format=sha10001001bref-prefix refs/heads/\n0000");
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(body);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_gitHub.Server.Git}acme/payments-api.git/git-upload-pack");
        request.Headers.Authorization = new("Bearer", _read);
        request.Headers.Add("Git-Protocol", "version=2");
        request.Content = new ByteArrayContent(zipped.ToArray());
        request.Content.Headers.ContentType = new("application/x-git-upload-pack-request");
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await _gitHub.Http.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("refs/heads/release/1.4", await response.Content.ReadAsStringAsync());
        Assert.AreEqual("application/x-git-upload-pack-result", response.Content.Headers.ContentType!.MediaType);
    }

    [TestMethod]
    public async Task Fetch_OfACommitThatNoRefNames_Works()
    {
        var parent = await Git.MustAsync(_gitHub.Server.Repositories.Single(static one => one.FullName == GitHubUnderTest.Api).Path, "rev-parse", "main~7");
        var empty = _gitHub.Directory.Of("empty");
        await Git.MustAsync(_gitHub.Directory.Path, "init", "--quiet", empty);

        await Git.MustAsync(empty, "fetch", "--quiet", _gitHub.Remote("acme/payments-api.git", _read), parent);
    }

    [TestMethod]
    public async Task Sha256Repository_IsServed()
    {
        var bare = _gitHub.Directory.Of("modern.git");
        await Git.MustAsync(_gitHub.Directory.Path, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", bare);
        _gitHub.Server.AddRepository(SandboxRepository.At("acme", "modern", bare));
        var token = await _gitHub.MintAsync("modern", "contents:write");

        var work = _gitHub.Directory.Of("modern");
        await Git.MustAsync(_gitHub.Directory.Path, "init", "--quiet", "--object-format=sha256", work);
        await Git.CommitAsync(work, "one.txt", "one\n");
        await Git.MustAsync(work, "push", "--quiet", _gitHub.Remote("acme/modern.git", token), "HEAD:refs/heads/main");

        var clone = await _gitHub.CloneAsync("acme/modern.git", token);
        Assert.AreEqual("sha256", await Git.MustAsync(clone, "rev-parse", "--show-object-format"));
        Assert.AreEqual(await Git.MustAsync(work, "rev-parse", "HEAD"), await Git.MustAsync(clone, "rev-parse", "HEAD"));
    }

    [TestMethod]
    public async Task PushCutOffMidway_ChangesNothing()
    {
        var repository = _gitHub.Server.Repositories.Single(static one => one.FullName == GitHubUnderTest.Api);
        var main = await Git.MustAsync(repository.Path, "rev-parse", "main");
        var command = $"{main} {new string('0', 40)} refs/heads/release/1.4\0 report-status delete-refs";
        var old = await Git.MustAsync(repository.Path, "rev-parse", "release/1.4");
        command = command.Replace(main, old, StringComparison.Ordinal);
        var line = $"{command.Length + 4:x4}{command}";

        // The command is there whole, the flush after it is not: git must not be told that this was all.
        await SendHalfAsync($"{_gitHub.Server.Git}acme/payments-api.git/git-receive-pack", line, _write);

        Assert.AreEqual(old, await Git.MustAsync(repository.Path, "rev-parse", "release/1.4"));
    }

    private static async Task SendHalfAsync(string address, string part, string token)
    {
        var uri = new Uri(address);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);
        var head = $"POST {uri.AbsolutePath} HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + "Content-Type: application/x-git-receive-pack-request\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{part.Length:x}\r\n{part}\r\n";
        var served = _gitHub.Server.Counters.ReceivePacks;
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (_gitHub.Server.Counters.ReceivePacks == served)
        {
            await Task.Delay(5, patience.Token);
        }

        client.Client.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        client.Close();
        while (_gitHub.Server.RunningGitProcesses > 0)
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
