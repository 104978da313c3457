using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Sandbox.GitHub;

namespace CursorBroker.EndToEnd.Tests.Api;

/// <summary>
/// A world with one guarded repository: <c>main</c> waits for a lead, <c>hidden</c> is not to be seen, <c>secret/</c> is not to be read or pushed, and <c>cursor/link</c> has a link into it.
/// </summary>
internal sealed class ApiScene : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        ceiling: { administration: none, workflows: none }
        rules:
          - id: guarded
            who: { groups: [payments-dev] }
            repositories: [acme/guarded]
            allow: { contents: write, pull_requests: write, issues: write, statuses: read, checks: read, deployments: write, security_events: write }
            refs: { visible: [main, "cursor/**"], push: ["cursor/**", main] }
            deny:
              - { read: { paths: ["secret/**"] } }
              - { push: { paths: ["secret/**"] } }
              - { push: { refs: ["refs/tags/**"] } }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
          - id: leads
            who: { groups: [payments-leads] }
            repositories: [acme/guarded]
            allow: { contents: write, pull_requests: write, issues: write }
        """;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly CancellationToken _cancellationToken;

    private ApiScene(World world, SandboxRepository repository, CancellationToken cancellationToken)
    {
        World = world;
        Repository = repository;
        _cancellationToken = cancellationToken;
    }

    public World World { get; }

    public SandboxRepository Repository { get; }

    /// <summary>The commit that <c>hidden</c> is at.</summary>
    public string HiddenCommit { get; private set; } = "";

    /// <summary>The commit that <c>main</c> is at.</summary>
    public string MainCommit { get; private set; } = "";

    /// <summary>The blob of <c>secret/key</c>.</summary>
    public string SecretBlob { get; private set; } = "";

    /// <summary>The tree of <c>secret</c>.</summary>
    public string SecretTree { get; private set; } = "";

    public static async Task<ApiScene> StartAsync(CancellationToken cancellationToken)
    {
        var world = await World.StartAsync(cancellationToken, Policy);
        var directory = world.NewDirectory();
        var bare = Path.Combine(directory, "guarded.git");
        var work = Path.Combine(directory, "work");
        await GitAsync(world, directory, cancellationToken, "init", "--quiet", "--bare", "--initial-branch=main", bare);
        await GitAsync(world, directory, cancellationToken, "init", "--quiet", "--initial-branch=main", work);
        Directory.CreateDirectory(Path.Combine(work, "secret"));
        await File.WriteAllTextAsync(Path.Combine(work, "readable.txt"), "everybody reads this\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "secret", "key"), "THE-SECRET-CONTENT\n", cancellationToken);
        await CommitAsync("Begin");
        await GitAsync(world, work, cancellationToken, "checkout", "--quiet", "-b", "cursor/link");
        File.CreateSymbolicLink(Path.Combine(work, "link"), "secret/key");
        File.CreateSymbolicLink(Path.Combine(work, "linked"), "secret");
        await CommitAsync("A link");
        await GitAsync(world, work, cancellationToken, "checkout", "--quiet", "-b", "cursor/work", "main");
        await File.WriteAllTextAsync(Path.Combine(work, "work.txt"), "work\n", cancellationToken);
        await CommitAsync("Work");
        await GitAsync(world, work, cancellationToken, "checkout", "--quiet", "-b", "hidden", "main");
        await File.WriteAllTextAsync(Path.Combine(work, "hidden.txt"), "THE-HIDDEN-CONTENT\n", cancellationToken);
        await CommitAsync("THE-HIDDEN-MESSAGE");
        await GitAsync(world, work, cancellationToken, "push", "--quiet", bare, "main", "cursor/link", "cursor/work", "hidden");
        var repository = SandboxRepository.At("acme", "guarded", bare);
        world.GitHub.AddRepository(repository);
        return new ApiScene(world, repository, cancellationToken)
        {
            HiddenCommit = await GitAsync(world, bare, cancellationToken, "rev-parse", "hidden"),
            MainCommit = await GitAsync(world, bare, cancellationToken, "rev-parse", "main"),
            SecretBlob = await GitAsync(world, bare, cancellationToken, "rev-parse", "main:secret/key"),
            SecretTree = await GitAsync(world, bare, cancellationToken, "rev-parse", "main:secret"),
        };

        async Task CommitAsync(string message)
        {
            await GitAsync(world, work, cancellationToken, "add", "--all");
            await GitAsync(world, work, cancellationToken, "-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "commit", "--quiet", "--message", message);
        }
    }

    /// <summary>Every ref at GitHub, to compare before and after.</summary>
    public Task<string> RefsAsync() => GitAsync(World, Repository.Path, _cancellationToken, "for-each-ref");

    /// <summary>Puts the ids of this scene into a request.</summary>
    public string Fill(string text) => text
        .Replace("HIDDEN-COMMIT", HiddenCommit, StringComparison.Ordinal)
        .Replace("MAIN-COMMIT", MainCommit, StringComparison.Ordinal)
        .Replace("SECRET-BLOB", SecretBlob, StringComparison.Ordinal)
        .Replace("SECRET-TREE", SecretTree, StringComparison.Ordinal);

    /// <summary>Calls <c>METHOD /path</c> below <c>/api/v3</c> (or as it is, when it begins with <c>/api</c> or <c>/raw</c>).</summary>
    public async Task<ApiReply> CallAsync(string who, string line, string? body = null, string accept = "application/vnd.github+json")
    {
        var (method, path) = (line.Split(' ')[0], Fill(line.Split(' ')[1]));
        using var request = new HttpRequestMessage(new HttpMethod(method), World.Url + (path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/raw/", StringComparison.Ordinal) ? path : $"/api/v3{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await World.TokenAsync(who, _cancellationToken));
        request.Headers.Accept.ParseAdd(accept);
        if (body is not null)
        {
            request.Content = new StringContent(Fill(body), Encoding.UTF8, "application/json");
        }

        using var answer = await Client.SendAsync(request, _cancellationToken);
        return new ApiReply((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(_cancellationToken), answer.Headers.ToString());
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private static async Task<string> GitAsync(World world, string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        var result = await world.Git.RunAsync(directory, null, cancellationToken, arguments);
        Assert.IsTrue(result.Succeeded, $"git {string.Join(' ', arguments)}: {result.Everything}");
        return result.Output.Trim();
    }
}

/// <summary>An answer.</summary>
internal sealed record ApiReply(int Status, string Body, string Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string All => $"{Status}\n{Headers}\n{Body}";
}
