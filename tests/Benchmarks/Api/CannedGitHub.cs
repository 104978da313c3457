using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Benchmarks.Api;

/// <summary>
/// A GitHub that answers a few reads from memory, so that it costs next to nothing, as late as it is told, and leaves the rest (tokens) to the sandbox. Its answers are
/// full of its own addresses, as GitHub's are.
/// </summary>
internal sealed class CannedGitHub : IAsyncDisposable
{
    private const string Commit = "1111111111111111111111111111111111111111";
    private const string File = "2222222222222222222222222222222222222222";

    private readonly WebApplication _gitHub;

    private CannedGitHub(WebApplication gitHub) => _gitHub = gitHub;

    /// <summary>Where it is.</summary>
    public Uri Address => new(_gitHub.Urls.Single());

    /// <summary>How long it takes to answer a read.</summary>
    public TimeSpan Latency { get; set; }

    /// <param name="sandbox">What answers the rest.</param>
    /// <param name="repositories">Which repositories it has, and how many bytes their answers have; <c>small</c> with 2 KB and <c>large</c> with 60 KB when there are none.</param>
    public static async Task<CannedGitHub> StartAsync(Uri sandbox, params (string Name, int Bytes)[] repositories)
    {
        var gitHub = Forwarding.Build();
        var canned = new CannedGitHub(gitHub);
        foreach (var (name, bytes) in repositories is [] ? [("small", 2 * 1024), ("large", 60 * 1024)] : repositories)
        {
            canned.Answer(name, "/issues", address => Issues(address, name, bytes));
            canned.Answer(name, "/contents/file", address => Contents(address, name, bytes));

            // What the broker asks before it lets somebody read a file who may not read all of them.
            canned.Answer(name, "", static _ => """{"id":1,"default_branch":"main"}""");
            canned.Answer(name, "/commits/refs/heads/main", static _ => $$"""{"sha":"{{Commit}}"}""");
            canned.Answer(name, $"/git/trees/{Commit}", static _ => $$"""{"tree":[{"path":"file","mode":"100644","type":"blob","sha":"{{File}}"}],"truncated":false}""");
        }

        var client = Forwarding.Client();
        var forwarder = gitHub.Services.GetRequiredService<IHttpForwarder>();
        gitHub.MapFallback(async context => await forwarder.SendAsync(context, sandbox.AbsoluteUri, client));
        await gitHub.StartAsync();
        return canned;
    }

    public ValueTask DisposeAsync() => _gitHub.DisposeAsync();

    private void Answer(string repository, string path, Func<Uri, string> text)
    {
        var body = new Lazy<byte[]>(() => Encoding.UTF8.GetBytes(text(Address)));
        _gitHub.MapGet($"/api/v3/repos/bench/{repository}{path}", async context =>
        {
            if (Latency > TimeSpan.Zero)
            {
                await Task.Delay(Latency, context.RequestAborted);
            }

            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Value.Length;
            context.Response.Headers.ETag = "\"0123456789abcdef\"";
            context.Response.Headers["X-RateLimit-Remaining"] = "4999";
            await context.Response.Body.WriteAsync(body.Value);
        });
    }

    /// <summary>Issues with the members that GitHub's have, of about 2 KB each.</summary>
    private static string Issues(Uri address, string repository, int bytes)
    {
        var api = $"{address}api/v3";
        var one = $$"""
            {"url":"{{api}}/repos/bench/{{repository}}/issues/1","repository_url":"{{api}}/repos/bench/{{repository}}","labels_url":"{{api}}/repos/bench/{{repository}}/issues/1/labels{/name}","comments_url":"{{api}}/repos/bench/{{repository}}/issues/1/comments","events_url":"{{api}}/repos/bench/{{repository}}/issues/1/events","html_url":"{{address}}bench/{{repository}}/issues/1","id":1,"node_id":"MDU6SXNzdWUx","number":1,"title":"Found a bug","user":{"login":"octocat","id":1,"node_id":"MDQ6VXNlcjE=","avatar_url":"{{address}}images/error/octocat_happy.gif","gravatar_id":"","url":"{{api}}/users/octocat","html_url":"{{address}}octocat","followers_url":"{{api}}/users/octocat/followers","following_url":"{{api}}/users/octocat/following{/other_user}","gists_url":"{{api}}/users/octocat/gists{/gist_id}","starred_url":"{{api}}/users/octocat/starred{/owner}{/repo}","repos_url":"{{api}}/users/octocat/repos","events_url":"{{api}}/users/octocat/events{/privacy}","type":"User","site_admin":false},"labels":[],"state":"open","locked":false,"assignee":null,"milestone":null,"comments":0,"created_at":"2011-04-22T13:33:48Z","updated_at":"2011-04-22T13:33:48Z","closed_at":null,"body":"{{new string('x', 300)}}"}
            """;
        return $"[{string.Join(",", Enumerable.Repeat(one, Math.Max(1, bytes / one.Length)))}]";
    }

    /// <summary>A file with its content in base64, as it is answered unless something else is asked for.</summary>
    private static string Contents(Uri address, string repository, int bytes)
    {
        var api = $"{address}api/v3/repos/bench/{repository}";
        var content = Convert.ToBase64String(Enumerable.Repeat((byte)'x', (bytes - 700) * 3 / 4).ToArray());
        return $$"""
            {"name":"file","path":"file","sha":"{{File}}","size":{{(bytes - 700) * 3 / 4}},"url":"{{api}}/contents/file?ref=main","html_url":"{{address}}bench/{{repository}}/blob/main/file","git_url":"{{api}}/git/blobs/{{File}}","download_url":"{{address}}raw/bench/{{repository}}/main/file","type":"file","content":"{{content}}","encoding":"base64","_links":{"self":"{{api}}/contents/file?ref=main","git":"{{api}}/git/blobs/{{File}}","html":"{{address}}bench/{{repository}}/blob/main/file"} }
            """;
    }
}
