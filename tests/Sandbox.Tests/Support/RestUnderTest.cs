using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CursorBroker.Sandbox.Tests.Support;

/// <summary>Calls on acme/payments-api with a token that has the permissions named, every one of the App's unless said otherwise.</summary>
internal sealed class RestUnderTest(GitHubUnderTest gitHub, string token)
{
    public GitHubUnderTest GitHub { get; } = gitHub;

    public string Token { get; } = token;

    public string Bare => GitHub.Server.Repositories.Single(static one => one.Name == "payments-api").Path;

    public static async Task<RestUnderTest> StartAsync(params string[] permissions)
    {
        var gitHub = await GitHubUnderTest.StartAsync();
        return await WithAsync(gitHub, permissions);
    }

    public static async Task<RestUnderTest> WithAsync(GitHubUnderTest gitHub, params string[] permissions) => new(gitHub, await gitHub.MintAsync(
        "payments-api",
        permissions is [] ? ["actions:write", "checks:write", "contents:write", "issues:write", "pull_requests:write", "secrets:write", "statuses:write"] : permissions));

    /// <summary>A path that begins with a slash is below the repository; any other below the API's root.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null, string? accept = null, Action<HttpRequestHeaders>? headers = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith('/') || path.Length == 0 ? $"repos/{GitHubUnderTest.Api}{path}" : path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "application/vnd.github+json");
        headers?.Invoke(request.Headers);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return GitHub.Http.SendAsync(request);
    }

    public async Task<JsonElement> JsonAsync(string method, string path, HttpStatusCode expected, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        return await GitHubUnderTest.JsonAsync(response, expected);
    }

    public Task<JsonElement> GetAsync(string path) => JsonAsync("GET", path, HttpStatusCode.OK);

    public async Task<string> TextAsync(string path, string accept)
    {
        using var response = await SendAsync("GET", path, accept: accept);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>What git says in the bare repository.</summary>
    public Task<string> GitAsync(params string[] arguments) => Git.MustAsync(Bare, arguments);

    /// <summary>Puts a file onto a branch; the commit's id.</summary>
    public async Task<string> PutAsync(string path, string text, string branch, string? sha = null)
    {
        using var response = await SendAsync("PUT", $"/contents/{path}", new JsonObject
        {
            ["message"] = "Write " + path,
            ["content"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)),
            ["branch"] = branch,
            ["sha"] = sha,
        }.ToJsonString());
        return (await GitHubUnderTest.JsonAsync(response, sha is null ? HttpStatusCode.Created : HttpStatusCode.OK)).GetProperty("commit").GetProperty("sha").GetString()!;
    }

    /// <summary>Makes a branch from another; its commit's id.</summary>
    public async Task<string> BranchAsync(string name, string from = "main")
    {
        var sha = (await GetAsync($"/git/ref/heads/{from}")).GetProperty("object").GetProperty("sha").GetString()!;
        await JsonAsync("POST", "/git/refs", HttpStatusCode.Created, $$"""{"ref":"refs/heads/{{name}}","sha":"{{sha}}"}""");
        return sha;
    }
}
