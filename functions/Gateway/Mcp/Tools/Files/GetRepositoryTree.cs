using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary><c>get_repository_tree</c>: the files and directories of a repository. GitHub has no pages of a tree; the answer has.</summary>
internal sealed class GetRepositoryTree : IBrokerTool
{
    private const long Usual = 500;
    private const long Most = 2000;

    // A tree of GitHub's has at most 100,000 entries and 7 MB.
    private const int MaxBytes = 16 * 1024 * 1024;

    public Tool Definition { get; } = Define.Read(
        "get_repository_tree",
        "Get repository tree",
        "Lists the files and directories of a repository that you may read. Narrow a large one with path_filter; page through it.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "tree_sha": { "type": "string", "description": "A branch, a tag, or the id of a commit or tree; the default branch unless you say otherwise" },
            "recursive": { "type": "boolean", "description": "Whether to go into directories; false unless you say otherwise" },
            "path_filter": { "type": "string", "description": "Only entries whose path begins so, such as src/" },
            "page": { "type": "integer", "minimum": 1, "description": "Which page, from 1" },
            "perPage": { "type": "integer", "minimum": 1, "maximum": 2000, "description": "Entries per page; 500 unless you say otherwise" }
            """,
            "owner",
            "repo"),
        Schema.Output(
            $$"""
            "sha": { "type": "string" }, "truncated": { "type": "boolean", "description": "GitHub itself left entries out" },
            "tree": {{Schema.List(Schema.Object(""" "path": { "type": "string" }, "type": { "type": "string" }, "size": { "type": "integer" }, "mode": { "type": "string" }, "sha": { "type": "string" } """, "path"))}},
            "tree_sha": { "type": "string" }, "owner": { "type": "string" }, "repo": { "type": "string" }, "recursive": { "type": "boolean" },
            "count": { "type": "integer", "description": "Entries that fit, on all pages" },
            {{Schema.NextPage}}
            """,
            "sha",
            "tree"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = new Page(call.Arguments.OptionalInteger("page", 1, 100_000) ?? 1, call.Arguments.OptionalInteger("perPage", 1, Most) ?? Usual);
        var tree = call.Arguments.OptionalText("tree_sha") is { Length: > 0 } named ? named : "HEAD";
        var recursive = call.Arguments.Flag("recursive");
        var filter = call.Arguments.OptionalText("path_filter")?.TrimStart('/') ?? "";
        var asked = await call.AskAsync(
            ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/git/trees/{tree_sha}", repository.Owner, repository.Name, tree), ("recursive", recursive ? "1" : null)) with { MaxBytes = MaxBytes },
            cancellationToken);
        if (!asked.Succeeded(out var found, out var failure))
        {
            return failure;
        }

        var fitting = found.At("tree").Objects().Where(entry => entry.Text("path")?.StartsWith(filter, StringComparison.Ordinal) == true).ToList();
        var entries = Json.List(fitting.Skip((int)((page.Number - 1) * page.Size)).Take((int)page.Size).Select(static entry => Json.Of(
            ("path", entry.Text("path")), ("type", entry.Text("type")), ("size", entry.Copy("size")), ("mode", entry.Text("mode")), ("sha", entry.Text("sha")))));
        var shown = Json.Of(
            ("sha", found.Text("sha")),
            ("truncated", found.IsTrue("truncated")),
            ("tree_sha", tree),
            ("owner", repository.Owner),
            ("repo", repository.Name),
            ("recursive", recursive),
            ("count", fitting.Count));
        return page.Answer(
            shown,
            "tree",
            entries,
            page.Number * page.Size < fitting.Count,
            found.IsTrue("truncated") ? "GitHub left entries out, since there are too many: look into directories one by one with get_file_contents." : null);
    }
}
