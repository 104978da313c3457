using System.Text.Json.Nodes;

namespace CursorBroker.Clients.Tests;

/// <summary>Plain curl, as GitHub's own documentation shows its calls.</summary>
[TestClass]
public sealed class CurlTests
{
    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev, payments-leads] }
            repositories: [acme/payments-*]
            allow: { contents: write, issues: write }
            refs: { push: ["cursor/**", main] }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
        """;

    /// <summary>What curl ends with when the server refused and <c>--fail-with-body</c> was given.</summary>
    private const int Refused = 22;

    private static ClientWorld? _world;

    private static ClientWorld World => _world!;

    private static string Api => ClientWorld.Url + "/api/v3";

    private static string Repository => Api + "/repos/acme/payments-api";

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _world = await ClientWorld.StartAsync(Rules, context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world!.DisposeAsync();

    [TestMethod]
    [DataRow("Authorization: Bearer {0}")]
    [DataRow("Authorization: token {0}")]
    public async Task Get_WithEitherHeader_AnswersTheRepository(string header)
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var ran = await CurlAsync("--fail-with-body", "-H", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, token), Repository);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        var repository = JsonNode.Parse(ran.Output)!;
        Assert.AreEqual("acme/payments-api", (string?)repository["full_name"]);
        Assert.AreEqual(Repository, (string?)repository["url"]);
    }

    [TestMethod]
    public async Task Get_WithTheTokenAsPassword_AnswersToo()
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var ran = await CurlAsync("--fail-with-body", "-u", "x:" + token, Repository);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
    }

    [TestMethod]
    public async Task Get_WithoutAToken_IsRefusedInGitHubsShape()
    {
        var ran = await CurlAsync("--fail-with-body", Repository);

        Assert.AreEqual(Refused, ran.ExitCode, ran.All);
        Assert.IsNotNull(JsonNode.Parse(ran.Output)!["message"], ran.All);
    }

    [TestMethod]
    public async Task Pages_AreFollowedByTheLinkHeaderAlone()
    {
        var next = Repository + "/issues?state=all&per_page=1";
        var seen = new HashSet<int>();
        while (next is not null)
        {
            Assert.StartsWith(Repository.Replace("/repos/acme/payments-api", "/", StringComparison.Ordinal), next);
            var ran = await CurlAsDeveloperAsync("-i", next);
            var (head, body) = Split(ran);
            var issue = (int)JsonNode.Parse(body)!.AsArray().Single()!["number"]!;
            Assert.IsTrue(seen.Add(issue), $"Issue {issue} came twice.");
            next = System.Text.RegularExpressions.Regex.Match(head, "<([^>]*)>; rel=\"next\"") is { Success: true } link ? link.Groups[1].Value : null;
        }

        Assert.IsGreaterThan(1, seen.Count);
    }

    [TestMethod]
    public async Task EntityTag_SavesTheBodyForItsCallerAndNobodyElse()
    {
        var (head, _) = Split(await CurlAsDeveloperAsync("-i", Repository));
        var tag = System.Text.RegularExpressions.Regex.Match(head, "(?im)^etag: (.*?)\r?$").Groups[1].Value;

        var again = await CurlAsDeveloperAsync("-o", "/dev/null", "-w", "%{http_code}", "-H", "If-None-Match: " + tag, Repository);
        var other = await CurlAsync("-o", "/dev/null", "-w", "%{http_code}", "-H", "If-None-Match: " + tag, "-H", "Authorization: Bearer " + await World.TokenAsync("lead", TestContext.CancellationToken), Repository);

        Assert.AreEqual("304", again.Output);
        Assert.AreEqual("200", other.Output);
    }

    [TestMethod]
    public async Task Head_AnswersHeadersOfTheSameCall()
    {
        var ran = await CurlAsDeveloperAsync("-I", Repository);

        StringAssert.StartsWith(ran.Output, "HTTP/1.1 200", ran.All);
        StringAssert.Contains(ran.Output.ToUpperInvariant(), "X-GITHUB-REQUEST-ID: ", ran.All);
        StringAssert.Contains(ran.Output.ToUpperInvariant(), "X-BROKER-SESSION: ", ran.All);
    }

    [TestMethod]
    public async Task Archive_ComesWithoutASignedUrlInSight()
    {
        var directory = World.NewDirectory();
        var ran = await CurlAsDeveloperAsync("-D", "-", "-o", Path.Combine(directory, "main.tar.gz"), Repository + "/tarball/main");

        StringAssert.StartsWith(ran.Output, "HTTP/1.1 200", ran.All);
        Assert.DoesNotContain("LOCATION:", ran.Output.ToUpperInvariant());
        var listed = await ClientWorld.RunAsync(directory, [], ["tar", "-tzf", "main.tar.gz"], TestContext.CancellationToken);
        Assert.AreEqual(0, listed.ExitCode, listed.All);
        StringAssert.Contains(listed.Output, "README.md");
    }

    [TestMethod]
    public async Task RawFile_IsTheFile()
    {
        var raw = await CurlAsDeveloperAsync(ClientWorld.Url + "/raw/acme/payments-api/main/README.md");
        var media = await CurlAsDeveloperAsync("-H", "Accept: application/vnd.github.raw+json", Repository + "/contents/README.md?ref=main");

        Assert.AreNotEqual("", raw.Output, raw.All);
        Assert.AreEqual(raw.Output, media.Output, media.All);
    }

    [TestMethod]
    public async Task Put_OnTheBranchThatWaits_NamesTheApproval()
    {
        var ran = await CurlAsDeveloperAsync(
            "-X", "PUT", "-d", """{"message":"By curl","content":"aGk=","branch":"main"}""", Repository + "/contents/by-curl.txt");

        Assert.AreEqual(Refused, ran.ExitCode, ran.All);
        StringAssert.Contains((string)JsonNode.Parse(ran.Output)!["message"]!, ClientWorld.Url + "/approvals/a-", ran.All);
    }

    [TestMethod]
    public async Task Put_LeavingOutContentType_WritesAFile()
    {
        var tip = await CurlAsDeveloperAsync(Repository + "/git/ref/heads/main");
        var sha = (string)JsonNode.Parse(tip.Output)!["object"]!["sha"]!;
        var made = await CurlAsDeveloperAsync("-d", $$"""{"ref":"refs/heads/cursor/by-curl","sha":"{{sha}}"}""", Repository + "/git/refs");
        Assert.AreEqual(0, made.ExitCode, made.All);

        var ran = await CurlAsDeveloperAsync("-X", "PUT", "-d", """{"message":"By curl","content":"aGk=","branch":"cursor/by-curl"}""", Repository + "/contents/by-curl.txt");
        var read = await CurlAsDeveloperAsync(ClientWorld.Url + "/raw/acme/payments-api/cursor%2Fby-curl/by-curl.txt");

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        Assert.AreEqual("hi", read.Output, read.All);
    }

    [TestMethod]
    public async Task GraphQL_IsAskedWithAPost()
    {
        var ran = await CurlAsDeveloperAsync("-d", """{"query":"{ repository(owner: \"acme\", name: \"payments-api\") { nameWithOwner } }"}""", ClientWorld.Url + "/api/graphql");

        Assert.AreEqual("acme/payments-api", (string?)JsonNode.Parse(ran.Output)?["data"]?["repository"]?["nameWithOwner"], ran.All);
    }

    [TestMethod]
    public async Task UnknownRoute_IsNamed()
    {
        var ran = await CurlAsDeveloperAsync(Repository + "/no-such-thing");

        Assert.AreEqual(Refused, ran.ExitCode, ran.All);
        StringAssert.Contains(ran.Output, "no-such-thing", ran.All);
    }

    private static (string Head, string Body) Split(Ran ran)
    {
        Assert.AreEqual(0, ran.ExitCode, ran.All);

        // The proxy's own answer to CONNECT comes before the server's.
        var text = ran.Output[ran.Output.IndexOf("HTTP/1.1 2", ran.Output.IndexOf("\r\n\r\n", StringComparison.Ordinal), StringComparison.Ordinal)..];
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (text[..end], text[(end + 4)..]);
    }

    private async Task<Ran> CurlAsDeveloperAsync(params string[] arguments) =>
        await CurlAsync(["--fail-with-body", "-H", "Authorization: Bearer " + await World.TokenAsync("developer", TestContext.CancellationToken), .. arguments]);

    private Task<Ran> CurlAsync(params string[] arguments)
    {
        var directory = World.NewDirectory();
        var environment = World.Environment("", directory);
        environment["CURL_CA_BUNDLE"] = environment["SSL_CERT_FILE"];
        return ClientWorld.RunAsync(directory, environment, ["curl", "--silent", "--show-error", .. arguments], TestContext.CancellationToken);
    }
}
