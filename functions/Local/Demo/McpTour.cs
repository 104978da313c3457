using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Local.Demo;

/// <summary>The part of the tour that an agent plays, over MCP with the protocol's own client: it lists, reads, branches, writes, asks for a merge, waits for a person, and merges.</summary>
/// <param name="broker">The broker's URL.</param>
/// <param name="tokenOf">Somebody's token.</param>
internal sealed class McpTour(Uri broker, Func<string, CancellationToken, Task<string>> tokenOf) : IAsyncDisposable
{
    private const string Owner = "acme";
    private const string Repo = "payments-api";
    private const string Branch = "cursor/agent";
    private const string FileWithSecrets = "config/sandbox.json";

    private McpClient? _client;
    private long _pull;

    public IEnumerable<DemoStep> Steps() =>
    [
        new("agent asks over MCP what it may do and lists branches", "the person's groups and rules; the branches that the policy shows", ListsAsync),
        new("agent reads a file with secrets over MCP", "the file, every secret masked", ReadsAsync),
        new("agent makes a branch, pushes two files and opens a pull request", "one commit, one pull request", PushesAsync),
        new("agent merges it", "waits: id and link at once; a lead approves; approval_wait merges, and not a second time", MergesAsync),
        new("agent reads what no rule covers over MCP", "the same as for what is not there, and what it would take", ReadsUncoveredAsync),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    private async Task<DemoResult> ListsAsync(CancellationToken cancellationToken)
    {
        var who = await CallAsync("whoami", new { }, cancellationToken);
        var branches = await CallAsync("list_branches", new { owner = Owner, repo = Repo }, cancellationToken);
        var names = Data(branches).GetProperty("branches").EnumerateArray().Select(static branch => branch.GetProperty("name").GetString()!).ToList();
        return new DemoResult(
            Text(who).Contains("payments-dev", StringComparison.Ordinal) && names.Contains("main") && !names.Exists(static name => name.StartsWith("feature/", StringComparison.Ordinal)),
            $"{Text(who).Split('\n')[0]} Branches: {string.Join(", ", names)}");
    }

    private async Task<DemoResult> ReadsAsync(CancellationToken cancellationToken)
    {
        var read = await CallAsync("get_file_contents", new { owner = Owner, repo = Repo, path = FileWithSecrets, @ref = "refs/heads/cursor/example" }, cancellationToken);
        var lines = Everything(read).Split("\\n", StringSplitOptions.None).SelectMany(static line => line.Split('\n')).Where(static line => line.Contains("**", StringComparison.Ordinal)).Select(static line => line.Trim()).ToList();
        return new DemoResult(read.IsError is not true && lines.Count >= 3, string.Join(" ", lines.Take(3)));
    }

    private async Task<DemoResult> PushesAsync(CancellationToken cancellationToken)
    {
        var branched = await CallAsync("create_branch", new { owner = Owner, repo = Repo, branch = Branch, from_branch = "main" }, cancellationToken);
        var pushed = await CallAsync(
            "push_files",
            new
            {
                owner = Owner,
                repo = Repo,
                branch = Branch,
                message = "Two files by an agent",
                files = new[] { new { path = "agent/one.txt", content = "one\n" }, new { path = "agent/two.txt", content = "two\n" } },
            },
            cancellationToken);
        var opened = await CallAsync("create_pull_request", new { owner = Owner, repo = Repo, title = "By an agent", head = Branch, @base = "main" }, cancellationToken);
        if (Array.Find([branched, pushed, opened], static result => result.IsError is true) is { } failed)
        {
            return new DemoResult(false, Text(failed));
        }

        _pull = long.Parse(Data(opened).GetProperty("url").GetString()!.Split('/')[^1], CultureInfo.InvariantCulture);
        return new DemoResult(true, $"commit {Data(pushed).GetProperty("object").GetProperty("sha").GetString()![..7]} on {Branch}, pull request {_pull}");
    }

    private async Task<DemoResult> MergesAsync(CancellationToken cancellationToken)
    {
        var waits = await CallAsync("merge_pull_request", new { owner = Owner, repo = Repo, pullNumber = _pull }, cancellationToken);
        if (waits.IsError is true || !Data(waits).TryGetProperty("approval", out var approval))
        {
            return new DemoResult(false, Text(waits));
        }

        var id = approval.GetProperty("id").GetString();
        using (var lead = new PageVisitor())
        {
            await lead.DecideAsync("lead", new Uri(approval.GetProperty("url").GetString()!), "approve", "Looks right", cancellationToken);
        }

        var merged = await CallAsync("approval_wait", new { id }, cancellationToken);
        var again = await CallAsync("approval_wait", new { id }, cancellationToken);
        var done = merged.IsError is not true && Data(merged).TryGetProperty("result", out var result) && result.GetProperty("merged").GetBoolean();
        return new DemoResult(
            done && Text(again).Contains("not performed again", StringComparison.Ordinal), $"{id![..8]}... pending; approved on the page; {(done ? "merged" : Text(merged))}; a second wait: {Text(again).Split('\n')[^1]}");
    }

    private async Task<DemoResult> ReadsUncoveredAsync(CancellationToken cancellationToken)
    {
        var there = await CallAsync("list_branches", new { owner = Owner, repo = "internal-tools" }, cancellationToken);
        var absent = await CallAsync("list_branches", new { owner = Owner, repo = "no-such-thing" }, cancellationToken);
        var explained = await CallAsync("explain_access", new { owner = Owner, repo = "internal-tools", action = "clone" }, cancellationToken);
        return new DemoResult(there.IsError is true && WithoutReference(there) == WithoutReference(absent), Text(explained));
    }

    private async Task<CallToolResult> CallAsync(string tool, object arguments, CancellationToken cancellationToken)
    {
        _client ??= await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = new Uri(broker, "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {await tokenOf("developer", cancellationToken)}" },
            }),
            cancellationToken: cancellationToken);
        return await _client.CallToolAsync(
            new CallToolRequestParams { Name = tool, Arguments = JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value) },
            cancellationToken);
    }

    private static JsonElement Data(CallToolResult result) => result.StructuredContent ?? throw new InvalidOperationException(Text(result));

    private static string Text(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(static block => block.Text));

    private static string WithoutReference(CallToolResult result) => string.Join(' ', Text(result).Split(' ').Where(static word => !word.StartsWith("r-", StringComparison.Ordinal)));

    // A file's text stands in a block of its own, as a resource.
    private static string Everything(CallToolResult result) =>
        Text(result) + string.Concat(result.Content.OfType<EmbeddedResourceBlock>().Select(static block => (block.Resource as TextResourceContents)?.Text));
}
