using System.Security.Cryptography;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.GitHub.Control;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>One test's own repository and scratch directory: tests that share a world do not meet.</summary>
internal sealed class Scene
{
    private readonly CancellationToken _cancellationToken;

    private Scene(World world, SandboxRepository repository, CancellationToken cancellationToken)
    {
        World = world;
        Repository = repository;
        Directory = world.NewDirectory();
        _cancellationToken = cancellationToken;
    }

    public World World { get; }

    public SandboxRepository Repository { get; }

    /// <summary>The scratch directory.</summary>
    public string Directory { get; }

    /// <summary>Where <see cref="CloneAsync"/> puts the clone.</summary>
    public string Clone => Path.Combine(Directory, "clone");

    /// <summary>The protocol version that git speaks to the broker; its default unless set.</summary>
    public int? Version { get; set; }

    public string Url => $"{World.Url}/{Repository.FullName}.git";

    /// <summary>The requests that GitHub saw for this repository's git, oldest first.</summary>
    public IEnumerable<RecordedRequest> GitRequests => World.GitHub.Requests.Entries.Where(request =>
        request.Path.StartsWith($"/{Repository.FullName}.git/", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The tokens that were minted to write to this repository, without those that listed its refs for a push, which GitHub does for writers alone.
    /// </summary>
    public IReadOnlyList<MintedToken> WriteTokens
    {
        get
        {
            var listing = GitRequests.Where(static request => request.Method == "GET").Select(static request => request.TokenSha256).ToHashSet();
            return [.. World.GitHub.Tokens.Entries.Where(token =>
                token.Repositories.Contains(Repository.FullName) && token.Permissions["contents"] == "write" && !listing.Contains(token.Sha256))];
        }
    }

    /// <summary>A copy of the sandbox's payments-api under a name of its own; the prefix decides which rules cover it.</summary>
    public static async Task<Scene> CopyAsync(World world, TestContext context, string prefix = "payments")
    {
        var seed = world.GitHub.Repositories.First(static repository => repository.FullName == "acme/payments-api");
        return await ServeAsync(world, context, prefix, ["clone", "--quiet", "--bare", seed.Path]);
    }

    /// <summary>An empty repository.</summary>
    public static Task<Scene> EmptyAsync(World world, TestContext context, params string[] options) => EmptyOfAsync("payments", world, context, options);

    /// <summary>An empty repository; the prefix decides which rules cover it.</summary>
    public static Task<Scene> EmptyOfAsync(string prefix, World world, TestContext context, params string[] options) =>
        ServeAsync(world, context, prefix, ["init", "--quiet", "--bare", "--initial-branch=main", .. options]);

    /// <summary>git in the scratch directory.</summary>
    public Task<GitResult> GitAsync(string? who, params string[] arguments) => RunAsync(Directory, who, arguments);

    /// <summary>git in the clone.</summary>
    public Task<GitResult> InCloneAsync(string? who, params string[] arguments) => RunAsync(Clone, who, arguments);

    /// <summary>Clones; it must succeed.</summary>
    public async Task CloneAsync(string who, params string[] options) => await MustAsync(Directory, who, ["clone", "--quiet", .. options, Url, "clone"]);

    /// <summary>git in the clone; it must succeed. What it wrote, trimmed.</summary>
    public Task<string> MustInCloneAsync(string? who, params string[] arguments) => MustAsync(Clone, who, arguments);

    /// <summary>git in the bare repository that GitHub serves; it must succeed. What it wrote, trimmed.</summary>
    public Task<string> AtGitHubAsync(params string[] arguments) => MustAsync(Repository.Path, null, arguments);

    /// <summary>The id that a ref has at GitHub; empty when there is none.</summary>
    public Task<string> RefAtGitHubAsync(string name) => AtGitHubAsync("for-each-ref", "--format=%(objectname)", name);

    /// <summary>All refs at GitHub, to compare before and after.</summary>
    public Task<string> RefsAtGitHubAsync() => AtGitHubAsync("for-each-ref");

    /// <summary>Commits random bytes in the clone. The commit's id.</summary>
    public async Task<string> CommitAsync(string file, int bytes = 32)
    {
        var path = Path.Combine(Clone, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(bytes), _cancellationToken);
        await MustInCloneAsync(null, "add", "--force", file);
        await MustInCloneAsync(null, "commit", "--quiet", "--message", $"Add {file}");
        return await MustInCloneAsync(null, "rev-parse", "HEAD");
    }

    /// <summary>A commit with main's tree and no parents, which only a ref made for it at GitHub can reach. Its id.</summary>
    public async Task<string> HiddenCommitAsync(string reference)
    {
        var commit = await AtGitHubAsync("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "commit-tree", "-m", $"For {reference}", "main^{tree}");
        await AtGitHubAsync("update-ref", reference, commit);
        return commit;
    }

    private static async Task<Scene> ServeAsync(World world, TestContext context, string prefix, string[] make)
    {
        var name = world.NewName(prefix);
        var path = Path.Combine(world.NewDirectory(), name + ".git");
        var made = await world.Git.RunAsync(Path.GetDirectoryName(path)!, null, context.CancellationToken, [.. make, path]);
        Assert.IsTrue(made.Succeeded, made.Error);
        var repository = SandboxRepository.At("acme", name, path);
        world.GitHub.AddRepository(repository);
        return new Scene(world, repository, context.CancellationToken);
    }

    private async Task<GitResult> RunAsync(string directory, string? who, string[] arguments)
    {
        // On the command line: it alone outranks what the client sets in the environment.
        string[] version = Version is { } spoken ? ["-c", $"protocol.version={spoken}"] : [];
        var token = who is null ? null : await World.TokenAsync(who, _cancellationToken);
        return await World.Git.RunAsync(directory, token, _cancellationToken, [.. version, .. arguments]);
    }

    private async Task<string> MustAsync(string directory, string? who, string[] arguments)
    {
        var result = await RunAsync(directory, who, arguments);
        Assert.IsTrue(result.Succeeded, $"git {string.Join(' ', arguments)}: {result.Everything}");
        return result.Output.Trim();
    }
}
