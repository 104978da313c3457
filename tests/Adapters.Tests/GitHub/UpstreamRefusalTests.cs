using System.Net;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>GitHub says no, slow down, or nothing at all.</summary>
[TestClass]
public sealed class UpstreamRefusalTests
{
    private const string Suspended = """{"message":"This installation has been suspended"}""";
    private const string Secondary = """{"message":"You have exceeded a secondary rate limit"}""";

    [TestMethod]
    [DataRow(FakeGitHub.Lookup, 301, "{}", MintFailure.RenamedOrMoved)]
    [DataRow(FakeGitHub.Lookup, 308, "", MintFailure.RenamedOrMoved)]
    [DataRow(FakeGitHub.Lookup, 401, "{}", MintFailure.AppRejected)]
    [DataRow(FakeGitHub.Lookup, 403, "{}", MintFailure.Suspended)]
    [DataRow(FakeGitHub.Lookup, 404, "{}", MintFailure.NotInstalled)]
    [DataRow(FakeGitHub.Lookup, 500, "oops", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 200, "{", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 200, "{}", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 200, """{"id":"77"}""", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 200, """{"id":0}""", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 204, "", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Lookup, 418, "{}", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Mint, 301, "{}", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Mint, 401, "{}", MintFailure.AppRejected)]
    [DataRow(FakeGitHub.Mint, 403, Suspended, MintFailure.Suspended)]
    [DataRow(FakeGitHub.Mint, 403, Secondary, MintFailure.RateLimited)]
    [DataRow(FakeGitHub.Mint, 404, "{}", MintFailure.NotInstalled)]
    [DataRow(FakeGitHub.Mint, 422, "{}", MintFailure.PermissionNotGranted)]
    [DataRow(FakeGitHub.Mint, 429, "{}", MintFailure.RateLimited)]
    [DataRow(FakeGitHub.Mint, 500, "{}", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Mint, 502, "<html>", MintFailure.Unavailable)]
    [DataRow(FakeGitHub.Mint, 503, "", MintFailure.Unavailable)]
    public async Task Mint_UpstreamStatus_BecomesAFailure(string call, int status, string body, MintFailure expected)
    {
        using var github = new FakeGitHub().Well().On(call, (HttpStatusCode)status, body);

        Assert.AreEqual(expected, (await FailAsync(github)).Failure);
    }

    // The time is 12:00:00 UTC, which is 1795176000.
    [TestMethod]
    [DataRow(403, "Retry-After: 30", 30)]
    [DataRow(429, "Retry-After: 30", 30)]
    [DataRow(429, "Retry-After: Fri, 20 Nov 2026 12:02:00 GMT", 120)]
    [DataRow(429, "Retry-After: Fri, 20 Nov 2026 12:02:00 GMT|Date: Fri, 20 Nov 2026 12:01:30 GMT", 30)]
    [DataRow(429, "Retry-After: 0", 1)]
    [DataRow(429, "Retry-After: 99999999999", 3600)]
    [DataRow(429, "Retry-After: -5", 60)]
    [DataRow(429, "Retry-After: later", 60)]
    [DataRow(429, "", 60)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795176600", 600)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795176600|Date: Fri, 20 Nov 2026 12:05:00 GMT", 300)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 99999999999999999", 60)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 9999999999", 3600)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795170000", 1)]
    [DataRow(403, "X-RateLimit-Remaining: 0", 60)]
    [DataRow(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795176600|Retry-After: 5", 5)]
    public async Task Mint_RateLimited_SaysHowLongAndIsNotAskedBeforeThat(int status, string headers, int seconds)
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, (HttpStatusCode)status, "{}", Headers(headers));
        var mint = github.App();

        var failed = await FailAsync(github, mint);
        Assert.AreEqual((MintFailure.RateLimited, TimeSpan.FromSeconds(seconds)), (failed.Failure, failed.RetryAfter!.Value));

        github.Time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
        var again = await FailAsync(github, mint);
        Assert.AreEqual((MintFailure.RateLimited, TimeSpan.FromSeconds(0.5)), (again.Failure, again.RetryAfter!.Value));
        Assert.HasCount(1, github.Calls.Where(static call => call == FakeGitHub.Mint), "asked during the limit");

        github.On(FakeGitHub.Mint, HttpStatusCode.Created, FakeGitHub.Answer(expires: github.Time.GetUtcNow().AddHours(1).ToString("O")));
        github.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
    }

    [TestMethod]
    public async Task Lookup_RateLimited_HoldsBackLookupsButNotKnownInstallations()
    {
        using var github = new FakeGitHub().Well();
        var mint = github.App();
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        var other = RepositoryName.Parse("acme/payments-web");
        github.On("GET /repos/acme/payments-web/installation", HttpStatusCode.TooManyRequests, "{}", ("Retry-After", "20"));
        await mint.MintAsync(other, PermissionSet.ContentsRead, CancellationToken.None);
        var calls = github.Calls.Count;

        var held = Assert.IsInstanceOfType<MintOutcome.Failed>(await mint.MintAsync(other, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(MintFailure.RateLimited, held.Failure);
        Assert.HasCount(calls, github.Calls);
        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
    }

    [TestMethod]
    public async Task Mint_ServiceUnavailableWithRetryAfter_PassesItOn()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Mint, HttpStatusCode.ServiceUnavailable, "", ("Retry-After", "9"));

        var failed = await FailAsync(github);

        Assert.AreEqual((MintFailure.Unavailable, TimeSpan.FromSeconds(9)), (failed.Failure, failed.RetryAfter!.Value));
    }

    [TestMethod]
    [DataRow("Fri, 20 Nov 2026 12:10:00 GMT", "This machine's clock is 600 s behind GitHub's")]
    [DataRow("Fri, 20 Nov 2026 11:50:00 GMT", "This machine's clock is 600 s ahead of GitHub's")]
    [DataRow("Fri, 20 Nov 2026 12:00:20 GMT", "clock skew")]
    [DataRow("nonsense", "clock skew")]
    public async Task Mint_AppRejected_SaysWhenTheClockMayBeWhy(string date, string expected)
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Lookup, HttpStatusCode.Unauthorized, "{}", ("Date", date));

        Assert.Contains(expected, (await FailAsync(github)).Detail);
    }

    [TestMethod]
    [DataRow(FakeGitHub.Lookup)]
    [DataRow(FakeGitHub.Mint)]
    public async Task Mint_RedirectToAnotherHost_IsNotFollowed(string call)
    {
        using var github = new FakeGitHub().Well().On(call, HttpStatusCode.TemporaryRedirect, "{}", ("Location", "https://evil.test/steal"));

        await FailAsync(github);

        Assert.IsTrue(github.All.All(static sent => sent.Address.Host == "api.github.com"));
    }

    [TestMethod]
    public async Task Mint_GitHubDoesNotAnswer_EndsWithTheTimeLimit()
    {
        using var stuck = new StuckHandler();
        using var invoker = new HttpMessageInvoker(stuck);
        using var github = new FakeGitHub();
        var mint = new GitHubAppMint(
            new GitHubOptions { AppId = "1" }, PemAppKeySource.FromText(FakeGitHub.Key.ExportRSAPrivateKeyPem(), "the test"), invoker, github.Time);
        var minting = mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None).AsTask();
        await stuck.Reached.Task;

        github.Time.Advance(TimeSpan.FromSeconds(10));

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await minting);
        Assert.AreEqual(MintFailure.Unavailable, failed.Failure);
        Assert.Contains("10 s", failed.Detail);
    }

    [TestMethod]
    public async Task Mint_ConnectionFails_IsUnavailable()
    {
        using var github = new FakeGitHub().Well()
            .On(FakeGitHub.Mint, static _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "secret detail"));

        var failed = await FailAsync(github);

        Assert.AreEqual(MintFailure.Unavailable, failed.Failure);
        Assert.AreEqual("minting a token: GitHub cannot be reached at api.github.com (ConnectionError)", failed.Detail);
    }

    [TestMethod]
    public async Task Mint_EndlessAnswer_IsCutOff()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Lookup, HttpStatusCode.OK, new string(' ', GitHubExchange.MaxAnswerBytes + 1));

        Assert.AreEqual(MintFailure.Unavailable, (await FailAsync(github)).Failure);
    }

    [TestMethod]
    [DataRow(400)]
    [DataRow(401)]
    [DataRow(403)]
    [DataRow(404)]
    [DataRow(422)]
    [DataRow(429)]
    [DataRow(500)]
    [DataRow(200)]
    [DataRow(301)]
    public async Task Detail_UpstreamEchoesTheAuthorizationHeader_NeverHoldsIt(int status)
    {
        foreach (var call in new[] { FakeGitHub.Lookup, FakeGitHub.Mint })
        {
            using var github = new FakeGitHub().Well().On(call, sent => FakeGitHub.Json(
                (HttpStatusCode)status,
                $$"""{"message":"{{sent.Headers["Authorization"]}}","documentation_url":"{{sent.Bearer}}","errors":[{"message":"{{sent.Bearer}}"}]}""",
                ("X-GitHub-Request-Id", sent.Bearer),
                ("Retry-After", sent.Bearer),
                ("X-GitHub-OTP", $"required; {sent.Bearer}"),
                ("Date", sent.Bearer)));

            var failed = await FailAsync(github);

            foreach (var part in github.All[0].Bearer.Split('.'))
            {
                Assert.DoesNotContain(part, failed.ToString());
            }
        }
    }

    [TestMethod]
    public async Task Detail_NamesGitHubsRequestId()
    {
        using var github = new FakeGitHub().Well().On(FakeGitHub.Lookup, HttpStatusCode.NotFound, "{}", ("X-GitHub-Request-Id", "C0DE:1234:ABCD"));

        Assert.EndsWith("(GitHub request C0DE:1234:ABCD)", (await FailAsync(github)).Detail);
    }

    [TestMethod]
    public async Task Detail_RequestIdThatHoldsAToken_IsLeftOut()
    {
        const string token = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
        using var github = new FakeGitHub().Well().On(FakeGitHub.Lookup, HttpStatusCode.NotFound, "{}", ("X-GitHub-Request-Id", token));

        Assert.DoesNotContain(token, (await FailAsync(github)).Detail);
    }

    private static async Task<MintOutcome.Failed> FailAsync(FakeGitHub github, GitHubAppMint? mint = null) =>
        Assert.IsInstanceOfType<MintOutcome.Failed>(
            await (mint ?? github.App()).MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

    private static (string, string)[] Headers(string lines) =>
        [.. lines.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static line => (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 2)..]))];

    private sealed class StuckHandler : HttpMessageHandler
    {
        public TaskCompletionSource Reached { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("unreachable");
        }
    }
}
