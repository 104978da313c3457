using System.Net;
using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed class FaultTests
{
    private GitHubUnderTest _gitHub = null!;

    [TestInitialize]
    public async Task StartAsync() => _gitHub = await GitHubUnderTest.StartAsync();

    [TestCleanup]
    public async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Answer_StrikesSoManyMatchingRequests_AndNoOthers()
    {
        _gitHub.Server.Faults.Add(new SandboxFault.Answer(429, """{"message":"slow down"}""")
        {
            When = static request => request.Path == "/api/v3/app",
            Times = 2,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "7" },
        });

        using var other = await _gitHub.SendAsync(HttpMethod.Get, "app/installations", _gitHub.Jwt());
        using var first = await _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt());
        using var second = await _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt());
        using var third = await _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt());

        CollectionAssert.AreEqual(
            new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.OK },
            new[] { other.StatusCode, first.StatusCode, second.StatusCode, third.StatusCode });
        Assert.AreEqual(TimeSpan.FromSeconds(7), first.Headers.RetryAfter!.Delta);
        Assert.AreEqual(0, _gitHub.Server.Faults.Remaining);
    }

    [TestMethod]
    public async Task Hold_KeepsTheRequestUntilReleased()
    {
        var release = new TaskCompletionSource();
        _gitHub.Server.Faults.Add(new SandboxFault.Hold(release.Task) { When = static request => request.Path == "/api/v3/app" });

        var held = _gitHub.SendAsync(HttpMethod.Get, "app", _gitHub.Jwt());
        using var passes = await _gitHub.SendAsync(HttpMethod.Get, "meta", bearer: null);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!_gitHub.Server.Requests.Entries.Any(static entry => entry.Path == "/api/v3/app"))
        {
            await Task.Delay(5, patience.Token);
        }

        Assert.AreEqual(HttpStatusCode.OK, passes.StatusCode);
        Assert.IsFalse(held.IsCompleted);
        Assert.AreEqual(0, _gitHub.Server.Requests.Entries.Single(static entry => entry.Path == "/api/v3/app").Status);
        release.SetResult();
        using var served = await held;
        Assert.AreEqual(HttpStatusCode.OK, served.StatusCode);
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(20L)]
    public async Task Cut_BreaksTheConnection(long after)
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        _gitHub.Server.Faults.Add(new SandboxFault.Cut(after) { When = static request => request.Path.EndsWith("/info/refs", StringComparison.Ordinal), Times = 10 });

        var result = await Git.RunAsync(_gitHub.Directory.Path, "clone", _gitHub.Remote(GitHubUnderTest.Api, token), "cut");

        Assert.AreEqual(128, result.ExitCode);
    }

    [TestMethod]
    public async Task Cut_InTheMiddleOfAPack_FailsTheClone_AndLeavesNoProcess()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        _gitHub.Server.Faults.Add(new SandboxFault.Cut(1000)
        {
            When = static request => request.Path.EndsWith("/git-upload-pack", StringComparison.Ordinal) && request.Headers["Content-Type"].Contains("upload-pack", StringComparison.Ordinal),
            Times = 10,
        });

        var result = await Git.RunAsync(_gitHub.Directory.Path, "clone", _gitHub.Remote(GitHubUnderTest.Api, token), "cut");

        Assert.AreEqual(128, result.ExitCode, result.Errors);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (_gitHub.Server.RunningGitProcesses > 0)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    [TestMethod]
    public async Task RequestLog_KeepsHeadersAndTheTokensHash_NotTheToken()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");
        using var response = await _gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Api}?x=1", token);

        var entry = _gitHub.Server.Requests.Entries[^1];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (entry.Status == 0)
        {
            // It is set once the last byte is out, which the client may see first.
            await Task.Delay(5, patience.Token);
        }

        Assert.AreEqual(("GET", "/api/v3/repos/acme/payments-api", "?x=1", "bearer", 200), (entry.Method, entry.Path, entry.Query, entry.Scheme, entry.Status));
        Assert.AreEqual(_gitHub.Server.Tokens.Entries.Single().Sha256, entry.TokenSha256);
        Assert.DoesNotContain("Authorization", entry.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }
}
