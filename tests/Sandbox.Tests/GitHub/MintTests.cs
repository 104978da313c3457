using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.Tests.Support;

namespace CursorBroker.Sandbox.Tests.GitHub;

[TestClass]
public sealed partial class MintTests
{
    private static GitHubUnderTest _gitHub = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _gitHub = await GitHubUnderTest.StartAsync(static options => options with
    {
        // Another account, for what an installation must not reach.
        Repositories = [.. options.Repositories, SandboxRepository.At("globex", "secrets", options.Repositories.First().Path)],
        Permissions = new Dictionary<string, string> { ["contents"] = "write", ["issues"] = "read", ["metadata"] = "read" },
    });

    [ClassCleanup]
    public static async Task StopAsync() => await _gitHub.DisposeAsync();

    [TestMethod]
    public async Task Mint_ForOneRepositoryAndPermission_AnswersThatAndMetadata()
    {
        using var response = await _gitHub.AskMintAsync(Body("payments-api", "contents", "read"));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Created);
        var repository = answer.GetProperty("repositories").EnumerateArray().Single();
        Assert.AreEqual(GitHubUnderTest.Api, repository.GetProperty("full_name").GetString());
        Assert.AreEqual(Id("acme/payments-api"), repository.GetProperty("id").GetInt64());
        Assert.IsTrue(repository.GetProperty("private").GetBoolean());
        Assert.AreEqual("selected", answer.GetProperty("repository_selection").GetString());
        Assert.AreEqual("""{"contents":"read","metadata":"read"}""", answer.GetProperty("permissions").GetRawText());
        Assert.AreEqual("2026-03-01T13:00:00Z", answer.GetProperty("expires_at").GetString());
    }

    [TestMethod]
    public async Task Token_HasGitHubsForm()
    {
        var token = await _gitHub.MintAsync("payments-api", "contents:read");

        Assert.MatchesRegex(Form(), token);
        Assert.StartsWith($"ghs_{_gitHub.Server.AppId}_", token);
        Assert.IsTrue(token.Length is > 450 and < 600, $"{token.Length} characters");
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("""{"repositories":[],"permissions":{}}""")]
    [DataRow("""{"repository_ids":[],"permissions":null}""")]
    [DataRow(null)]
    public async Task Mint_ThatNamesNothing_GivesEverything(string? body)
    {
        using var response = await _gitHub.AskMintAsync(body is null ? null : JsonNode.Parse(body));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.Created);
        Assert.AreEqual("""{"contents":"write","issues":"read","metadata":"read"}""", answer.GetProperty("permissions").GetRawText());
        Assert.AreEqual("all", answer.GetProperty("repository_selection").GetString());
        Assert.IsFalse(answer.TryGetProperty("repositories", out _));
        var token = answer.GetProperty("token").GetString();
        foreach (var name in new[] { "payments-api", "payments-web", "internal-tools" })
        {
            using var opened = await _gitHub.SendAsync(HttpMethod.Get, $"repos/acme/{name}", token);
            Assert.AreEqual(HttpStatusCode.OK, opened.StatusCode);
        }

        using var foreign = await _gitHub.SendAsync(HttpMethod.Get, "repos/globex/secrets", token);
        Assert.AreEqual(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [TestMethod]
    [DataRow("""{"repositories":["no-such"],"permissions":{"contents":"read"}}""", "does not exist")]
    [DataRow("""{"repositories":["secrets"],"permissions":{"contents":"read"}}""", "does not exist", DisplayName = "another account's, by name")]
    [DataRow("""{"repository_ids":[$globex],"permissions":{"contents":"read"}}""", "does not exist", DisplayName = "another account's, by id")]
    [DataRow("""{"repository_ids":[12],"permissions":{"contents":"read"}}""", "does not exist")]
    [DataRow("""{"repositories":["payments-api","no-such"]}""", "does not exist", DisplayName = "one of two unknown")]
    [DataRow("""{"repositories":["payments-api"],"permissions":{"administration":"read"}}""", "not granted")]
    [DataRow("""{"repositories":["payments-api"],"permissions":{"issues":"write"}}""", "not granted", DisplayName = "more than granted")]
    [DataRow("""{"repositories":["payments-api"],"permissions":{"contents":"everything"}}""", "Invalid request")]
    [DataRow("""{"repositories":"payments-api"}""", "Invalid request")]
    [DataRow("""{"repository_ids":["1"]}""", "Invalid request")]
    [DataRow("""[]""", "Invalid request")]
    public async Task Mint_OfWhatTheAppHasNot_Is422(string body, string message)
    {
        var text = body.Replace("$globex", Id("globex/secrets").ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var response = await _gitHub.AskMintAsync(JsonNode.Parse(text));

        var answer = await GitHubUnderTest.JsonAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Contains(message, answer.GetProperty("message").GetString()!);
    }

    [TestMethod]
    public async Task Mint_OfMoreThanFiveHundred_Is422()
    {
        var ids = new JsonArray([.. Enumerable.Repeat(Id("acme/payments-api"), 501).Select(static id => JsonValue.Create(id))]);
        using var response = await _gitHub.AskMintAsync(new JsonObject { ["repository_ids"] = ids });

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [TestMethod]
    public async Task Mint_WithABodyThatIsNoJson_Is400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"app/installations/{await _gitHub.InstallationAsync()}/access_tokens");
        request.Headers.Authorization = new("Bearer", _gitHub.Jwt());
        request.Content = new StringContent("{\"repositories\":", Encoding.UTF8, "application/json");
        using var response = await _gitHub.Http.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [TestMethod]
    public async Task Mint_AtAnUnknownInstallation_Is404()
    {
        using var response = await _gitHub.SendAsync(HttpMethod.Post, "app/installations/1/access_tokens", _gitHub.Jwt(), new JsonObject());

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task TokenLog_SaysWhatWasAskedAndGiven_AndHoldsNoSecret()
    {
        var token = await _gitHub.MintAsync("Payments-API", "contents:read");

        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var entry = _gitHub.Server.Tokens.Entries.Single(one => one.Sha256 == hash);
        CollectionAssert.AreEqual(new[] { GitHubUnderTest.Api }, entry.Repositories.ToArray());
        Assert.AreEqual("read", entry.Permissions["contents"]);
        Assert.IsTrue(entry is { RepositoriesAsked: true, PermissionsAsked: true, RevokedAt: null });
    }

    [GeneratedRegex("^ghs_[A-Za-z0-9._-]{36,}$")]
    private static partial Regex Form();

    private static long Id(string fullName) => _gitHub.Server.Repositories.Single(one => one.FullName == fullName).Id;

    private static JsonObject Body(string repository, string permission, string level) => new()
    {
        ["repositories"] = new JsonArray(repository),
        ["permissions"] = new JsonObject { [permission] = level },
    };
}
