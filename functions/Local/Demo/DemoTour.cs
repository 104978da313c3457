using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Local.Hosting;

namespace CursorBroker.Local.Demo;

/// <summary>The tour: what an engineer, a lead, a stranger and a pipeline can and cannot do, with real git.</summary>
/// <param name="urls">Of the broker, which has the sandbox's repositories and policy, and of the sandbox's identity provider.</param>
/// <param name="own">The broker, to look inside of it; null for one of another process, of which only the outside is seen.</param>
/// <param name="scratch">An empty directory.</param>
internal sealed class DemoTour(RunningUrls urls, LocalBroker? own, string scratch) : IAsyncDisposable
{
    private readonly GitClient _git = new(scratch);
    private readonly Dictionary<string, string> _tokens = [];
    private readonly HashSet<string> _decided = [];
    private ApiTour? _api;
    private McpTour? _mcp;
    private VaultTour? _vaults;

    private string Clone => Path.Combine(scratch, "payments-api");

    public IEnumerable<DemoStep> Steps() =>
    [
        new("developer clones acme/payments-api", "a clone, without branches that the policy hides", DeveloperClonesAsync),
        new("developer pushes to cursor/fix-42", "accepted", DeveloperPushesAsync),
        new("developer pushes to main", "waits, a lead approves it on the page, and the same git push goes through", DeveloperPushesToMainAsync),
        new("developer changes deploy/prod/ on a branch", "waits, a lead denies it on the page, and the pusher reads why", DeveloperChangesProductionAsync),
        new("developer pushes a private key", "! [remote rejected] with the policy's reason", DeveloperPushesKeyAsync),
        new("developer pushes two branches at once, one forbidden", "both rejected: all or nothing", DeveloperPushesBothAsync),
        new("developer deletes release/1.4", "! [remote rejected]", DeveloperDeletesAsync),
        new("lead pushes to main", "accepted", LeadPushesToMainAsync),
        new("developer fetches", "the lead's commit arrives", DeveloperFetchesAsync),
        new("lead makes a partial clone (blob:none)", "a clone; blobs come when they are needed", LeadPartialCloneAsync),
        new("build (a workload) clones", "a clone", BuildClonesAsync),
        new("build pushes", "refused: it may only read", BuildPushesAsync),
        new("outsider clones acme/payments-api", "repository not found", OutsiderClonesAsync),
        new("developer clones acme/internal-tools", "the very same words", DeveloperClonesUncoveredAsync),
        new("somebody clones with a forged token", "authentication failed", ForgedTokenAsync),
        .. Api().Steps(),
        .. Mcp().Steps(),
        .. Vaults().Steps(),
        .. own is null ? [] : Vaults().Inside(own),
        .. own is null ? [] : Inside(own),
    ];

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        _vaults?.Dispose();
        if (_mcp is not null)
        {
            await _mcp.DisposeAsync();
        }
    }

    private ApiTour Api() => _api ??= new ApiTour(new Uri(urls.Broker), TokenAsync);

    private McpTour Mcp() => _mcp ??= new McpTour(new Uri(urls.Broker), TokenAsync);

    private VaultTour Vaults() => _vaults ??= new VaultTour(new Uri(urls.Broker), TokenAsync);

    private static IEnumerable<DemoStep> Inside(LocalBroker broker) =>
    [
        new("GitHub tokens that were minted", "each for one repository and one permission; every write token revoked", token => TokensAsync(broker, token)),
        new("the ledger", "every push with its intent, the chain intact", token => LedgerAsync(broker, token)),
    ];

    private async Task<DemoResult> DeveloperClonesAsync(CancellationToken cancellationToken)
    {
        var clone = await GitAsync("developer", scratch, cancellationToken, "clone", UrlOf("payments-api"));
        if (!clone.Succeeded)
        {
            return new DemoResult(false, OneLine(clone.Error));
        }

        var branches = await GitAsync(null, Clone, cancellationToken, "branch", "--remotes");
        var hidden = branches.Output.Contains("origin/feature/", StringComparison.Ordinal);
        var seen = branches.Output.Contains("origin/main", StringComparison.Ordinal) && branches.Output.Contains("origin/cursor/example", StringComparison.Ordinal);
        return new DemoResult(seen && !hidden, $"cloned; branches: {OneLine(branches.Output)}");
    }

    private async Task<DemoResult> DeveloperPushesAsync(CancellationToken cancellationToken)
    {
        await GitAsync(null, Clone, cancellationToken, "switch", "--create", "cursor/fix-42");
        await CommitAsync(Clone, "fix.txt", "the fix", cancellationToken);
        var push = await GitAsync("developer", Clone, cancellationToken, "push", "origin", "cursor/fix-42");
        return new DemoResult(push.Succeeded, push.LineWith("cursor/fix-42 ->"));
    }

    private async Task<DemoResult> DeveloperPushesToMainAsync(CancellationToken cancellationToken)
    {
        var pushing = GitAsync("developer", Clone, cancellationToken, "push", "origin", "cursor/fix-42:main");
        var decided = await DecideAsync("approve", "Looks right", cancellationToken);
        var push = await pushing;
        var waited = push.Error.Contains("this push waits for approval", StringComparison.Ordinal);
        return new DemoResult(push.Succeeded && waited && decided, $"{(waited ? "waited" : "did not wait")}; {(decided ? "approved on the page" : "not approved")}; {push.LineWith("-> main")}");
    }

    private async Task<DemoResult> DeveloperChangesProductionAsync(CancellationToken cancellationToken)
    {
        await GitAsync(null, Clone, cancellationToken, "switch", "--create", "cursor/more-replicas");
        await CommitAsync(Clone, "deploy/prod/replicas.txt", "40", cancellationToken);
        var pushing = GitAsync("developer", Clone, cancellationToken, "push", "origin", "cursor/more-replicas");
        var decided = await DecideAsync("deny", "Not before the launch", cancellationToken);
        var push = await pushing;
        await GitAsync(null, Clone, cancellationToken, "switch", "cursor/fix-42");
        return new DemoResult(
            decided && !push.Succeeded && push.LineWith("rejected]").Contains("Not before the launch", StringComparison.Ordinal), push.LineWith("rejected]"));
    }

    private async Task<DemoResult> DeveloperPushesKeyAsync(CancellationToken cancellationToken)
    {
        await GitAsync(null, Clone, cancellationToken, "switch", "--create", "cursor/key");
        await CommitAsync(Clone, "certs/server.pem", "not really a key", cancellationToken);
        await GitAsync(null, Clone, cancellationToken, "rm", "--quiet", "certs/server.pem");
        await GitAsync(null, Clone, cancellationToken, "commit", "--quiet", "--message", "Remove it again");
        var push = await GitAsync("developer", Clone, cancellationToken, "push", "origin", "cursor/key");
        await GitAsync(null, Clone, cancellationToken, "switch", "cursor/fix-42");
        return new DemoResult(!push.Succeeded && push.Error.Contains("server.pem", StringComparison.Ordinal), push.LineWith("rejected]"));
    }

    /// <summary>A lead finds what waits in the inbox, looks at it, decides, and confirms that by signing in once more.</summary>
    private async Task<bool> DecideAsync(string verdict, string reason, CancellationToken cancellationToken)
    {
        using var lead = new PageVisitor();
        var inbox = new Uri(new Uri(urls.Broker), "approvals");
        string? waiting = null;
        for (var tries = 0; tries < 100 && waiting is null; tries++)
        {
            waiting = (await lead.OpenAsAsync("lead", inbox, cancellationToken)).Links("/approvals/a-").FirstOrDefault(link => !_decided.Contains(link));
            if (waiting is null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }

        if (waiting is null)
        {
            return false;
        }

        _decided.Add(waiting);
        return await lead.DecideAsync("lead", new Uri(inbox, waiting), verdict, reason, cancellationToken) is { Status: HttpStatusCode.OK } outcome
            && outcome.FormWith("name=\"verdict\"") is null && outcome.Html.Contains(reason, StringComparison.Ordinal);
    }

    private async Task<DemoResult> DeveloperPushesBothAsync(CancellationToken cancellationToken)
    {
        var push = await GitAsync("developer", Clone, cancellationToken, "push", "origin", "cursor/fix-42:cursor/second", "cursor/fix-42:hotfix");
        var there = await GitAsync("lead", Clone, cancellationToken, "ls-remote", UrlOf("payments-api"), "refs/heads/cursor/second");
        var rejected = push.Error.Split("[remote rejected]").Length - 1;
        return new DemoResult(!push.Succeeded && rejected == 2 && there.Output.Length == 0, $"{rejected} rejected; cursor/second {(there.Output.Length == 0 ? "was not created" : "exists")}");
    }

    private async Task<DemoResult> DeveloperDeletesAsync(CancellationToken cancellationToken)
    {
        var push = await GitAsync("developer", Clone, cancellationToken, "push", "origin", "--delete", "release/1.4");
        return new DemoResult(!push.Succeeded && push.Error.Contains("[remote rejected]", StringComparison.Ordinal), push.LineWith("rejected]"));
    }

    private async Task<DemoResult> LeadPushesToMainAsync(CancellationToken cancellationToken)
    {
        await CommitAsync(Clone, "lead.txt", "by a lead", cancellationToken);
        var push = await GitAsync("lead", Clone, cancellationToken, "push", "origin", "cursor/fix-42:main");
        return new DemoResult(push.Succeeded, push.LineWith("-> main"));
    }

    private async Task<DemoResult> DeveloperFetchesAsync(CancellationToken cancellationToken)
    {
        var fetch = await GitAsync("developer", Clone, cancellationToken, "fetch", "origin");
        var main = await GitAsync(null, Clone, cancellationToken, "log", "-1", "--format=%s", "origin/main");
        return new DemoResult(fetch.Succeeded && main.Output.Trim() == "Add lead.txt", $"origin/main is now \"{main.Output.Trim()}\"");
    }

    private async Task<DemoResult> LeadPartialCloneAsync(CancellationToken cancellationToken)
    {
        var clone = await GitAsync("lead", scratch, cancellationToken, "clone", "--filter=blob:none", UrlOf("payments-web"));
        var readable = File.Exists(Path.Combine(scratch, "payments-web", "README.md"));
        return new DemoResult(clone.Succeeded && readable && !clone.Error.Contains("filtering not recognized", StringComparison.Ordinal), clone.Succeeded ? "cloned without blobs, files checked out" : OneLine(clone.Error));
    }

    private async Task<DemoResult> BuildClonesAsync(CancellationToken cancellationToken)
    {
        var clone = await GitAsync("build", scratch, cancellationToken, "clone", UrlOf("payments-api"), "build");
        return new DemoResult(clone.Succeeded, clone.Succeeded ? "cloned" : OneLine(clone.Error));
    }

    private async Task<DemoResult> BuildPushesAsync(CancellationToken cancellationToken)
    {
        var push = await GitAsync("build", Path.Combine(scratch, "build"), cancellationToken, "push", "origin", "HEAD:refs/heads/cursor/from-build");
        return new DemoResult(!push.Succeeded && push.Error.Contains("contents:write", StringComparison.Ordinal), push.LineWith("policy:"));
    }

    private async Task<DemoResult> OutsiderClonesAsync(CancellationToken cancellationToken)
    {
        var clone = await GitAsync("outsider", scratch, cancellationToken, "clone", UrlOf("payments-api"), "outsider");
        return new DemoResult(!clone.Succeeded && clone.Error.Contains("Repository not found.", StringComparison.Ordinal), clone.LineWith("remote:"));
    }

    private async Task<DemoResult> DeveloperClonesUncoveredAsync(CancellationToken cancellationToken)
    {
        var clone = await GitAsync("developer", scratch, cancellationToken, "clone", UrlOf("internal-tools"));
        return new DemoResult(!clone.Succeeded && clone.Error.Contains("Repository not found.", StringComparison.Ordinal), clone.LineWith("remote:"));
    }

    private async Task<DemoResult> ForgedTokenAsync(CancellationToken cancellationToken)
    {
        var genuine = (await TokenAsync("developer", cancellationToken)).Split('.');
        var forged = $"{genuine[0]}.{(await TokenAsync("lead", cancellationToken)).Split('.')[1]}.{genuine[2]}";
        var url = new UriBuilder(UrlOf("payments-api")) { UserName = "lead", Password = forged }.Uri.AbsoluteUri;
        var clone = await _git.RunAsync(scratch, null, cancellationToken, "clone", url, "forged");
        return new DemoResult(!clone.Succeeded && clone.Error.Contains("Authentication failed", StringComparison.Ordinal), clone.LineWith("Authentication failed"));
    }

    private static async Task<DemoResult> TokensAsync(LocalBroker broker, CancellationToken cancellationToken)
    {
        var tokens = broker.Sandbox!.GitHub.Tokens.Entries;
        var writing = tokens.Where(static token => token.Permissions.Values.Contains("write")).ToList();
        for (var wait = 0; wait < 50 && writing.Any(static token => token.RevokedAt is null); wait++)
        {
            // A write token is revoked behind its answer's back, not before it.
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        var narrow = tokens.All(static token => token.Repositories.Length == 1 && token.Permissions.Keys.Count(static name => name != "metadata") <= 1);
        return new DemoResult(
            narrow && writing.Count > 0 && writing.All(static token => token.RevokedAt is not null),
            $"{tokens.Count} tokens, {writing.Count} of them for writing, {writing.Count(static token => token.RevokedAt is not null)} of those revoked; each for one repository");
    }

    private static async Task<DemoResult> LedgerAsync(LocalBroker broker, CancellationToken cancellationToken)
    {
        var head = await broker.LedgerReader.ReadHeadAsync(cancellationToken);
        var verification = await LedgerChain.VerifyAsync(broker.LedgerReader.ReadAsync(0, cancellationToken), head, cancellationToken);
        return new DemoResult(verification.IsIntact && head.Sequence > 0, verification.Problem?.Detail ?? $"intact: {head.Sequence} records");
    }

    private async Task CommitAsync(string clone, string file, string content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(clone, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content + "\n", cancellationToken);
        await GitAsync(null, clone, cancellationToken, "add", file);
        await GitAsync(null, clone, cancellationToken, "commit", "--quiet", "--message", $"Add {file}");
    }

    private async Task<GitResult> GitAsync(string? identity, string directory, CancellationToken cancellationToken, params string[] arguments) =>
        await _git.RunAsync(directory, identity is null ? null : await TokenAsync(identity, cancellationToken), cancellationToken, arguments);

    private async Task<string> TokenAsync(string identity, CancellationToken cancellationToken) =>
        _tokens.TryGetValue(identity, out var token)
            ? token
            : _tokens[identity] = await SignIn.TokenAsync(new Uri(urls.Issuer!), identity, cancellationToken);

    private string UrlOf(string repository) => $"{urls.Broker.TrimEnd('/')}/acme/{repository}.git";

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\n', '\r', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
