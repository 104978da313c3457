using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class GitRefusalTests
{
    private static GitHubUnderTest _gitHub = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _gitHub = await GitHubUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Push_WithATokenThatOnlyReads_Is403()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        var clone = await _gitHub.CloneAsync("acme/payments-api.git", token);
        await Git.CommitAsync(clone, "x.txt", "x\n");

        var push = await Git.RunAsync(clone, "push", "origin", "HEAD:refs/heads/x");

        Assert.AreEqual(128, push.ExitCode);
        Assert.Contains("Write access to repository not granted.", push.Errors);
        Assert.Contains("403", push.Errors);
    }

    [TestMethod]
    [DataRow("acme/payments-web.git", DisplayName = "not in the token")]
    [DataRow("acme/no-such.git")]
    [DataRow("acme/payments-api.git.git")]
    public async Task Clone_OfWhatTheTokenDoesNotOpen_IsNotFound(string repository)
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");

        var clone = await Git.RunAsync(_gitHub.Directory.Path, "clone", _gitHub.Remote(repository, token), "nothing");

        Assert.AreEqual(128, clone.ExitCode);
        Assert.Contains("not found", clone.Errors);
    }

    [TestMethod]
    public async Task Clone_WithoutContents_IsNotFound()
    {
        var token = await _gitHub.MintAsync("payments-api", "issues:read");

        var clone = await Git.RunAsync(_gitHub.Directory.Path, "clone", _gitHub.Remote("acme/payments-api.git", token), "nothing");

        Assert.AreEqual(128, clone.ExitCode);
    }

    [TestMethod]
    [DataRow(null, null, 401)]
    [DataRow("Bearer", "$token", 200)]
    [DataRow("token", "$token", 200)]
    [DataRow("Basic", "x-access-token:$token", 200)]
    [DataRow("Basic", "$token:", 200)]
    [DataRow("Basic", "$token:x-oauth-basic", 200)]
    [DataRow("Basic", "x-access-token:wrong", 401)]
    [DataRow("Basic", "%%%", 401)]
    [DataRow("Digest", "$token", 401)]
    public async Task Credential_IsTakenInGitHubsForms(string? scheme, string? secret, int status)
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_gitHub.Server.Git}acme/payments-api.git/info/refs?service=git-upload-pack");
        if (scheme is not null)
        {
            var text = secret!.Replace("$token", token, StringComparison.Ordinal);
            request.Headers.Authorization = new AuthenticationHeaderValue(
                scheme, scheme == "Basic" && text.Contains(':', StringComparison.Ordinal) ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text);
        }

        using var response = await _gitHub.Http.SendAsync(request);

        Assert.AreEqual((HttpStatusCode)status, response.StatusCode);
        if (status == 401)
        {
            Assert.AreEqual("Basic realm=\"GitHub\"", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [TestMethod]
    [DataRow("acme/payments-api.git/HEAD")]
    [DataRow("acme/payments-api.git/objects/info/packs")]
    [DataRow("acme/payments-api.git/config")]
    [DataRow("acme/../acme/payments-api.git/info/refs")]
    [DataRow("acme/payments-api.git/info/refs")]
    [DataRow("acme/payments-api.git/info/refs?service=git-upload-archive")]
    [DataRow("acme/%2e%2e%2fpayments-api.git/info/refs?service=git-upload-pack")]
    public async Task NothingButSmartHttp_IsServed(string path)
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        using var response = await _gitHub.SendAsync(HttpMethod.Get, _gitHub.Server.Git + path, token);

        Assert.IsTrue(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, response.StatusCode.ToString());
    }
}
