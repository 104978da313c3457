using System.Net;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub.Rest;

/// <summary>What GitHub's documentation says each call needs, held against what the stand-in enforces.</summary>
[TestClass]
public sealed class PermissionTests
{
    private const string Repository = "repos/" + GitHubUnderTest.Api;
    private const string Everyone = "";

    // method, path below the repository, the sets of permissions of which one is enough, body
    private static readonly (string Method, string Path, string Needs, string? Body)[] Calls =
    [
        ("GET", "", Everyone, null),
        ("GET", "/branches", "contents:read", null),
        ("GET", "/branches/main", "contents:read", null),
        ("POST", "/branches/cursor%2Fexample/rename", "contents:write", """{"new_name":"cursor/renamed"}"""),
        ("GET", "/tags", Everyone, null),
        ("GET", "/git/ref/heads/main", "contents:read", null),
        ("GET", "/git/matching-refs/heads/", "contents:read", null),
        ("POST", "/git/refs", "contents:write", """{"ref":"refs/heads/new","sha":"MAIN"}"""),
        ("PATCH", "/git/refs/heads/cursor/example", "contents:write", """{"sha":"MAIN","force":true}"""),
        ("DELETE", "/git/refs/heads/cursor/example", "contents:write", null),
        ("GET", "/git/trees/main", "contents:read", null),
        ("POST", "/git/blobs", "contents:write", """{"content":"x"}"""),
        ("POST", "/git/trees", "contents:write", """{"tree":[]}"""),
        ("GET", "/git/commits/MAIN", "contents:read", null),
        ("POST", "/git/commits", "contents:write", """{"message":"x","tree":"TREE","parents":["MAIN"]}"""),
        ("GET", "/contents/README.md", "contents:read", null),
        ("PUT", "/contents/new.txt", "contents:write", """{"message":"x","content":"eA=="}"""),
        ("DELETE", "/contents/README.md", "contents:write", """{"message":"x","sha":"README"}"""),
        ("PUT", "/contents/.github/workflows/new.yml", "contents:write+workflows:write", """{"message":"x","content":"eA=="}"""),
        ("GET", "/readme", "contents:read", null),
        ("GET", "/commits", "contents:read", null),
        ("GET", "/commits/main", "contents:read", null),
        ("GET", "/compare/main...cursor/example", "contents:read", null),
        ("POST", "/merges", "contents:write", """{"base":"main","head":"cursor/example"}"""),
        ("GET", "/tarball/main", "contents:read", null),
        ("GET", "/zipball", "contents:read", null),
        ("GET", "/releases", "contents:read", null),
        ("POST", "/releases", "contents:write", """{"tag_name":"v9"}"""),
        ("GET", "/pulls", "pull_requests:read", null),
        ("GET", "/pulls/PULL", "pull_requests:read | contents:read", null),
        ("GET", "/pulls/PULL/files", "pull_requests:read", null),
        ("GET", "/pulls/PULL/commits", "pull_requests:read", null),
        ("GET", "/pulls/PULL/reviews", "pull_requests:read", null),
        ("POST", "/pulls/PULL/reviews", "pull_requests:write", """{"event":"APPROVE"}"""),
        ("POST", "/pulls", "pull_requests:write", """{"title":"x","head":"release/1.4","base":"cursor/example"}"""),
        ("PATCH", "/pulls/PULL", "pull_requests:write", """{"title":"x"}"""),
        ("PUT", "/pulls/PULL/merge", "contents:write", "{}"),
        ("PUT", "/pulls/PULL/update-branch", "pull_requests:write", "{}"),
        ("POST", "/pulls/PULL/requested_reviewers", "pull_requests:write", """{"reviewers":["ana-kovac"]}"""),
        ("GET", "/issues", "issues:read", null),
        ("GET", "/issues/15", "issues:read", null),
        ("POST", "/issues", "issues:write", """{"title":"x"}"""),
        ("PATCH", "/issues/15", "issues:write", """{"state":"closed"}"""),
        ("PATCH", "/issues/PULL", "issues:write | pull_requests:write", """{"state":"closed"}"""),
        ("GET", "/issues/15/comments", "issues:read | pull_requests:read", null),
        ("POST", "/issues/15/comments", "issues:write", """{"body":"x"}"""),
        ("POST", "/issues/PULL/comments", "issues:write | pull_requests:write", """{"body":"x"}"""),
        ("POST", "/issues/15/labels", "issues:write", """{"labels":["bug"]}"""),
        ("GET", "/labels", "issues:read | pull_requests:read", null),
        ("GET", "/milestones", "issues:read | pull_requests:read", null),
        ("GET", "/assignees", "issues:read | pull_requests:read", null),
        ("GET", "/actions/runs", "actions:read", null),
        ("GET", "/actions/workflows", "actions:read", null),
        ("GET", "/actions/secrets/public-key", "secrets:read", null),
        ("PUT", "/actions/secrets/TOKEN", "secrets:write", """{"encrypted_value":"SEALED","key_id":"KEY"}"""),
        ("GET", "/collaborators/ana-kovac/permission", Everyone, null),
        ("GET", "/languages", Everyone, null),
        ("GET", "/topics", Everyone, null),
        ("GET", "/contributors", Everyone, null),
        ("PUT", "/topics", "administration:write", """{"names":["x"]}"""),
        ("PATCH", "", "administration:write", """{"description":"x"}"""),
        ("GET", "/commits/main/status", "statuses:read", null),
        ("POST", "/statuses/MAIN", "statuses:write", """{"state":"success"}"""),
        ("GET", "/commits/main/check-runs", "checks:read", null),
        ("POST", "/check-runs", "checks:write", """{"name":"x","head_sha":"MAIN"}"""),
    ];

    private static readonly string[] Grantable =
        ["actions", "administration", "checks", "contents", "issues", "metadata", "pull_requests", "secrets", "statuses", "workflows"];

    // For everything that changes nothing; what does gets a server of its own. Both are seeded alike, so the names hold for both.
    private static GitHubUnderTest _shared = null!;
    private static Dictionary<string, string> _names = null!;

    public static IEnumerable<object?[]> Rows => Calls.Select(static call => new object?[] { call.Method, call.Path, call.Needs, call.Body });

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _shared = await ServerAsync();
        _names = await NamesAsync();
    }

    [ClassCleanup]
    public static async Task StopAsync() => await _shared.DisposeAsync();

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Call_WithAllPermissionsButOne_Is403_AndWithThatAlone_Passes(string method, string path, string needs, string? body)
    {
        await using var own = method == "GET" ? null : await ServerAsync();
        var gitHub = own ?? _shared;
        var sets = needs.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(static set => set.Split('+')).ToList();

        // Everything but what would be enough: of each set one permission is missing, or is there for reading only.
        foreach (var missing in sets.Count == 0 ? [] : sets.Aggregate(
            new List<string[]> { Array.Empty<string>() }, static (found, set) => [.. found.SelectMany(one => set.Select(name => one.Append(name).ToArray()))]))
        {
            using var refused = await SendAsync(gitHub, method, path, body, AllBut(missing));
            var answer = await GitHubUnderTest.JsonAsync(refused, HttpStatusCode.Forbidden);
            Assert.AreEqual("Resource not accessible by integration", answer.GetProperty("message").GetString());
            var accepted = refused.Headers.GetValues("X-Accepted-GitHub-Permissions").Single();
            foreach (var name in needs.Split([" | ", "+"], StringSplitOptions.None))
            {
                Assert.Contains(name.Replace(':', '='), accepted);
            }
        }

        if (sets.Count == 0)
        {
            using var passed = await SendAsync(gitHub, method, path, body, ["metadata:read"]);
            Assert.IsLessThan(400, (int)passed.StatusCode, await passed.Content.ReadAsStringAsync());
            return;
        }

        using var allowed = await SendAsync(gitHub, method, path, body, sets[0]);
        Assert.IsTrue((int)allowed.StatusCode is < 400 or 422, await allowed.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Call_WithATokenOfAnotherRepository_Is404(string method, string path, string needs, string? body)
    {
        _ = needs;
        using var response = await SendAsync(_shared, method, path, body, Grantable.Select(Write), "payments-web");

        Assert.AreEqual("Not Found", (await GitHubUnderTest.JsonAsync(response, HttpStatusCode.NotFound)).GetProperty("message").GetString());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Call_WithoutAToken_Is404(string method, string path, string needs, string? body)
    {
        _ = needs;
        using var response = await _shared.SendAsync(new HttpMethod(method), Repository + Filled(path), bearer: null, body is null ? null : JsonNode.Parse(Filled(body)));

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static string Write(string name) => name + (name == "metadata" ? ":read" : ":write");

    private static string[] AllBut(string[] missing) =>
        [.. Grantable.Select(name => missing.Contains(name + ":write") ? name + ":read" : missing.Contains(name + ":read") ? "" : Write(name)).Where(static one => one.Length > 0)];

    private static Task<GitHubUnderTest> ServerAsync() => GitHubUnderTest.StartAsync(static options => options with
    {
        Permissions = Grantable.ToDictionary(static name => name, static name => Write(name).Split(':')[1]),
    });

    private static async Task<Dictionary<string, string>> NamesAsync()
    {
        var all = await _shared.MintAsync("payments-api", [.. Grantable.Select(Write)]);
        async Task<JsonNode> AskAsync(string below) => JsonNode.Parse(await (await _shared.SendAsync(HttpMethod.Get, Repository + below, all)).Content.ReadAsStringAsync())!;
        var main = await AskAsync("/commits/main");
        var key = await AskAsync("/actions/secrets/public-key");
        return new Dictionary<string, string>
        {
            ["MAIN"] = (string)main["sha"]!,
            ["TREE"] = (string)main["commit"]!["tree"]!["sha"]!,
            ["README"] = (string)(await AskAsync("/contents/README.md"))["sha"]!,
            ["PULL"] = ((int)(await AskAsync("/pulls"))[0]!["number"]!).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["KEY"] = (string)key["key_id"]!,
            ["SEALED"] = Convert.ToBase64String(Sodium.SealedPublicKeyBox.Create("a value", Convert.FromBase64String((string)key["key"]!))),
        };
    }

    private static string Filled(string text) => _names.Aggregate(
        text.Replace("README.md", "%README%", StringComparison.Ordinal),
        static (current, pair) => current.Replace($"\"{pair.Key}\"", $"\"{pair.Value}\"", StringComparison.Ordinal).Replace("/" + pair.Key, "/" + pair.Value, StringComparison.Ordinal))
        .Replace("%README%", "README.md", StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> SendAsync(
        GitHubUnderTest gitHub, string method, string path, string? body, IEnumerable<string> permissions, string repository = "payments-api") => await gitHub.SendAsync(
            new HttpMethod(method), Repository + Filled(path), await gitHub.MintAsync(repository, [.. permissions]), body is null ? null : JsonNode.Parse(Filled(body)));
}
