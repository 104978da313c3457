using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.Repositories;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Tests.Support;

/// <summary>A GitHub stand-in with the seeded repositories, a clock that stands still, and a client that follows no redirect.</summary>
internal sealed class GitHubUnderTest : IAsyncDisposable
{
    public const string Api = "acme/payments-api";

    private GitHubUnderTest(TempDirectory directory, FakeTimeProvider clock, SandboxGitHub server)
    {
        Directory = directory;
        Clock = clock;
        Server = server;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server.Api };
    }

    public TempDirectory Directory { get; }

    public FakeTimeProvider Clock { get; }

    public SandboxGitHub Server { get; }

    public HttpClient Http { get; }

    public static async Task<GitHubUnderTest> StartAsync(Func<SandboxGitHubOptions, SandboxGitHubOptions>? change = null)
    {
        var directory = new TempDirectory();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var options = new SandboxGitHubOptions
        {
            DataDirectory = directory.Of("data"),
            Repositories = await SandboxRepositories.SeedAsync(directory.Of("repositories"), CancellationToken.None),
            Time = clock,
        };
        return new GitHubUnderTest(directory, clock, await SandboxGitHub.StartAsync(change?.Invoke(options) ?? options, CancellationToken.None));
    }

    /// <summary>An App JWT as it should be, changed as asked. A claim set to null is left out.</summary>
    public string Jwt(Action<JsonObject>? claims = null, string algorithm = "RS256", string? key = null)
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = new JsonObject { ["iat"] = now - 60, ["exp"] = now + 540, ["iss"] = Server.AppId.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        claims?.Invoke(payload);
        var head = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");
        var signed = $"{head}.{Base64UrlEncoder.Encode(payload.ToJsonString())}";
        return $"{signed}.{Base64UrlEncoder.Encode(Sign(algorithm, Encoding.ASCII.GetBytes(signed), key ?? Server.AppPrivateKeyPem))}";
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer, JsonNode? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        return Http.SendAsync(request);
    }

    public async Task<long> InstallationAsync()
    {
        using var response = await SendAsync(HttpMethod.Get, $"repos/{Api}/installation", Jwt());
        return (await JsonAsync(response, HttpStatusCode.OK)).GetProperty("id").GetInt64();
    }

    public async Task<HttpResponseMessage> AskMintAsync(JsonNode? body) =>
        await SendAsync(HttpMethod.Post, $"app/installations/{await InstallationAsync()}/access_tokens", Jwt(), body);

    /// <summary>Mints a token for one repository and some permissions (<c>contents:read</c>).</summary>
    public async Task<string> MintAsync(string repository, params string[] permissions)
    {
        using var response = await AskMintAsync(new JsonObject
        {
            ["repositories"] = new JsonArray(repository),
            ["permissions"] = new JsonObject(permissions.Select(static one => KeyValuePair.Create(one.Split(':')[0], (JsonNode?)one.Split(':')[1]))),
        });
        return (await JsonAsync(response, HttpStatusCode.Created)).GetProperty("token").GetString()!;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(expected, response.StatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The git address with a token in it, as git's Basic password.</summary>
    public string Remote(string repository, string token) =>
        $"http://x-access-token:{token}@{Server.Git.Authority}/{repository}";

    public async Task<string> CloneAsync(string repository, string token, params string[] options)
    {
        var clone = Directory.Of("clone-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(4)));
        await Git.MustAsync(Directory.Path, ["clone", "--quiet", .. options, Remote(repository, token), clone]);
        return clone;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        Directory.Dispose();
    }

    private static byte[] Sign(string algorithm, byte[] text, string key)
    {
        switch (algorithm)
        {
            case "RS256":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(key);
                    return rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            case "HS256":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(key);
                    return HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), text);
                }

            default:
                return [];
        }
    }
}
