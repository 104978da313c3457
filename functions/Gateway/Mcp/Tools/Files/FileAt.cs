using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>What stands at a path of a branch before it is written: looked up in git's own terms, since REST shows a link as what it leads to.</summary>
/// <param name="Oid">Its id; null when nothing stands there.</param>
/// <param name="Kind"><c>blob</c>, <c>tree</c> or <c>commit</c>; null when nothing stands there.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
internal sealed record FileAt(string? Oid, string? Kind, bool IsLink)
{
    private const long LinkMode = 0xA000; // 0o120000

    private const string Query = """
        query($owner: String!, $name: String!, $ref: String!, $path: String!) {
          repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { target { ... on Commit { file(path: $path) { oid mode type } } } } }
        }
        """;

    /// <summary>Looks it up.</summary>
    public static async ValueTask<(FileAt? Found, ToolAnswer? Failure)> LookUpAsync(ToolCall call, RepositoryName repository, string branch, string path, CancellationToken cancellationToken)
    {
        var variables = new JsonObject { ["owner"] = repository.Owner, ["name"] = repository.Name, ["ref"] = $"refs/heads/{branch}", ["path"] = path };
        if (!(await call.AskGraphAsync(Query, variables, cancellationToken)).Succeeded(out var data, out var failure))
        {
            return (null, failure);
        }

        if (data.At("repository").At("ref").At("target") is not { } commit)
        {
            return (null, NoBranch(branch));
        }

        var entry = commit.At("file");
        return (new(entry.Text("oid"), entry.Text("type"), entry.Number("mode") == LinkMode), null);
    }

    /// <summary>What is said of a branch that is not there, or that the caller does not see.</summary>
    public static ToolAnswer NoBranch(string branch) => ToolAnswer.Error(
        $"There is no branch {branch}. list_branches shows those that there are; create_branch makes one.");

    /// <summary>Why it cannot be written by this tool; null when it can.</summary>
    public ToolAnswer? Problem(string path) => this switch
    {
        { IsLink: true } => ToolAnswer.Error($"{path} is a symbolic link; change it with git."),
        { Kind: "tree" } => ToolAnswer.Error($"{path} is a directory; name a file."),
        { Kind: "commit" } => ToolAnswer.Error($"{path} is a submodule; change it with git."),
        _ => null,
    };
}
