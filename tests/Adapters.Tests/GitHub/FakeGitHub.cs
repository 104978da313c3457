using System.Net;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Operations;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.GitHub;

internal sealed record Sent(string Method, Uri Address, Dictionary<string, string> Headers, string Body)
{
    public string Call => $"{Method} {Address.PathAndQuery}";

    public string Bearer => Headers["Authorization"]["Bearer ".Length..];
}

/// <summary>GitHub at the HTTP level: answers the three calls there are, as scripted; anything else fails the test.</summary>
internal sealed class FakeGitHub : HttpMessageHandler
{
    public const string Lookup = "GET /repos/acme/payments-api/installation";
    public const string Mint = "POST /app/installations/77/access_tokens";
    public const string Revoke = "DELETE /installation/token";

    public static readonly RepositoryName Pay = RepositoryName.Parse("acme/payments-api");
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly RSA SharedKey = RSA.Create(2048);
    private readonly HttpMessageInvoker _invoker;
    private readonly FakeTimeProvider _time = new(Start);
    private readonly List<Sent> _sent = [];
    private readonly Dictionary<string, Queue<Func<Sent, HttpResponseMessage>>> _script = new(StringComparer.Ordinal);

    public FakeGitHub() => _invoker = new HttpMessageInvoker(this, disposeHandler: false);

    public FakeTimeProvider Time => _time;

    public IReadOnlyList<Sent> All => _sent;

    public IReadOnlyList<string> Calls => [.. _sent.Select(static sent => sent.Call)];

    public static RSA Key => SharedKey;

    /// <summary>A token of the shape GitHub gives since 2026.</summary>
    public static string Token(int number = 1) => $"ghs_4711_eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOjF9.{number:D4}_{new string('s', 40)}";

    public static string Answer(
        string? token = null, string name = "acme/payments-api", long id = 501, string permissions = """{"contents":"read","metadata":"read"}""", string? expires = null) =>
        $$$"""
        {"token":"{{{token ?? Token()}}}","expires_at":"{{{expires ?? "2026-11-20T13:00:00Z"}}}","permissions":{{{permissions}}},
         "repository_selection":"selected","repositories":[{"id":{{{id}}},"name":"x","full_name":"{{{name}}}","private":true,"owner":{"login":"acme"}}]}
        """;

    public static HttpResponseMessage Json(HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    public GitHubAppMint App(IAppKeySource? keys = null, GitHubOptions? options = null) => new(
        options ?? new GitHubOptions { AppId = "Iv23liAbC" },
        keys ?? PemAppKeySource.FromText(SharedKey.ExportRSAPrivateKeyPem(), "the test"),
        _invoker,
        Time);

    public GitHubRepositoryCatalog Catalog() => new(
        new GitHubOptions { AppId = "Iv23liAbC" }, PemAppKeySource.FromText(SharedKey.ExportRSAPrivateKeyPem(), "the test"), _invoker, Time);

    /// <summary>The next answers to one call, in order. The last one stays.</summary>
    public FakeGitHub On(string call, params Func<Sent, HttpResponseMessage>[] answers)
    {
        _script[call] = new Queue<Func<Sent, HttpResponseMessage>>(answers);
        return this;
    }

    public FakeGitHub On(string call, HttpStatusCode status, string body = "{}", params (string Name, string Value)[] headers) =>
        On(call, _ => Json(status, body, headers));

    /// <summary>Everything as it should be.</summary>
    public FakeGitHub Well() => On(Lookup, HttpStatusCode.OK, """{"id":77,"app_id":1}""")
        .On(Mint, HttpStatusCode.Created, Answer())
        .On(Revoke, HttpStatusCode.NoContent, "");

    public string MintBody(int index) => _sent.Where(static sent => sent.Method == "POST").ElementAt(index).Body;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = request.Headers.ToDictionary(static h => h.Key, static h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(CancellationToken.None);
        if (request.Content is not null)
        {
            headers["Content-Type"] = request.Content.Headers.ContentType!.ToString();
        }

        var sent = new Sent(request.Method.Method, request.RequestUri!, headers, body);
        _sent.Add(sent);
        Assert.IsTrue(_script.TryGetValue(sent.Call, out var answers), $"unexpected call: {sent.Call}");
        var answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        var response = answer(sent);
        response.RequestMessage = request;
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _invoker.Dispose();
        }

        base.Dispose(disposing);
    }
}
