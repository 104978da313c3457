using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.GitHubApi.Tests.Answers;

/// <summary>The sandbox's GitHub with its seeded repositories, and a token that may do everything with one of them.</summary>
internal sealed partial class SandboxServer : IAsyncDisposable
{
    private static readonly string[] Permissions = ["actions", "administration", "checks", "contents", "issues", "pull_requests", "secrets", "statuses", "workflows"];

    private readonly DirectoryInfo _directory;
    private readonly SandboxGitHub _gitHub;
    private readonly HttpClient _http;

    private SandboxServer(DirectoryInfo directory, SandboxGitHub gitHub)
    {
        _directory = directory;
        _gitHub = gitHub;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = gitHub.Api };
    }

    /// <summary>The routes of a repository: method, a path that fits, and what is asked of a token, as GitHub's header writes it.</summary>
    public IReadOnlyList<(string Method, string Path, string Permissions)> Routes =>
        [.. _gitHub.Routes.Routes.Select(static route => (route.Method, Parameter().Replace(route.Template.Text, "7"), route.Permissions.Text))];

    public static async Task<SandboxServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("github-answers-");
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var gitHub = await SandboxGitHub.StartAsync(
            new SandboxGitHubOptions
            {
                DataDirectory = Path.Combine(directory.FullName, "data"),
                Repositories = await SandboxRepositories.SeedAsync(Path.Combine(directory.FullName, "repositories"), CancellationToken.None),
                Permissions = Permissions.Append("metadata").ToDictionary(static name => name, static name => name == "metadata" ? "read" : "write"),
                Time = clock,
            },
            CancellationToken.None);
        var server = new SandboxServer(directory, gitHub);
        server._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Jwt(clock.GetUtcNow().ToUnixTimeSeconds()));
        var installation = (await server.SendAsync("GET", "repos/acme/payments-api/installation")).Answer.GetProperty("id").GetInt64();
        var (_, minted) = await server.SendAsync("POST", $"app/installations/{installation}/access_tokens", """{"repositories":["payments-api"]}""");
        server._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", minted.GetProperty("token").GetString());
        return server;
    }

    /// <summary>A status and the JSON that came with it.</summary>
    public async Task<(int Status, JsonElement Answer)> SendAsync(string method, string path, string? body = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd(accept ?? "application/vnd.github+json");
        request.Content = body is null ? null : JsonContent.Create(JsonNode.Parse(body));
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
        return ((int)response.StatusCode, document.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _gitHub.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private string Jwt(long now)
    {
        var claims = new JsonObject { ["iat"] = now - 60, ["exp"] = now + 540, ["iss"] = _gitHub.AppId.ToString(CultureInfo.InvariantCulture) };
        var signed = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        using var key = RSA.Create();
        key.ImportFromPem(_gitHub.AppPrivateKeyPem);
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
