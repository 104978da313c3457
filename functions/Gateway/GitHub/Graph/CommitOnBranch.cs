using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// <c>createCommitOnBranch</c>: a commit of given files on top of a given head. GitHub makes it only when the branch is at that head, so that nothing has to be looked up: what it
/// changes is what it says.
/// </summary>
internal static class CommitOnBranch
{
    /// <summary>What it changes.</summary>
    public static Outcome<GraphMoved> Examine(JsonObject input, GraphRoot root, NodeLookup nodes, RepositoryName repository)
    {
        if (!BranchOf(input, nodes).Succeeded(out var branch, out var refusal))
        {
            return refusal;
        }

        if (!GitOid.TryParse((input["expectedHeadOid"] as JsonValue)?.ToString(), out var head) || head.IsZero)
        {
            return Refusals.Malformed("createCommitOnBranch says which commit the branch is at (expectedHeadOid).");
        }

        if (!FilesOf(input["fileChanges"]).Succeeded(out var files, out refusal))
        {
            return refusal;
        }

        // In whose name GitHub makes it, and how it signs it, is not known beforehand, so that of its commits nothing is.
        var update = new RefUpdate(branch, head, GitOid.Unmade) { ChangedPaths = files.Paths, Forced = false, Size = files.Bytes };
        var effect = new RestEffect([Operation.Api(repository, root.Needs, new ApiCall($"mutation {root.Field}")), Operation.Push(repository, update)])
        {
            ResolvedState = $"{branch} {head.Hex}",
            Summary = [$"commit to {branch.ShortName} on top of {head.Hex[..7]}: {files.Paths.Length} files ({string.Join(", ", files.Paths.Take(5))}{(files.Paths.Length > 5 ? ", ..." : "")})"],
        };
        return new GraphMoved(effect, input);
    }

    private static Outcome<RefName> BranchOf(JsonObject input, NodeLookup nodes)
    {
        var branch = input["branch"]!;
        if (branch["id"] is not JsonValue id)
        {
            return RefNames.Branch((branch["branchName"] as JsonValue)?.ToString() ?? "");
        }

        var node = nodes[id.ToString()];
        return RefName.TryParse(node.Child("prefix").Text() + node.Child("name").Text(), out var parsed) && parsed.IsBranch
            ? parsed
            : Refusals.Malformed("createCommitOnBranch names no branch.");
    }

    private static Outcome<WrittenFiles> FilesOf(JsonNode? changes)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var (list, isAddition) in new[] { ("additions", true), ("deletions", false) })
        {
            if (changes?[list] is not { } entries)
            {
                continue;
            }

            if (entries is not JsonArray files)
            {
                return Refusals.Malformed($"fileChanges.{list} is a list.");
            }

            foreach (var file in files)
            {
                if (file is not JsonObject || file["path"] is not JsonValue value || !value.TryGetValue<string>(out var path))
                {
                    return Refusals.Malformed($"Each of fileChanges.{list} has a path.");
                }

                if (FilePaths.Problem(path) is { } problem)
                {
                    return problem;
                }

                if (!paths.Add(path))
                {
                    return Refusals.Malformed($"{path} is changed twice.");
                }

                if (isAddition)
                {
                    var contents = (file["contents"] as JsonValue)?.ToString() ?? "";
                    var decoded = new byte[(contents.Length / 4 * 3) + 3];
                    if (!Convert.TryFromBase64String(contents, decoded, out var length))
                    {
                        return Refusals.Malformed($"The contents of {path} are not base64.");
                    }

                    bytes += length;
                }
            }
        }

        return paths.Count == 0 ? Refusals.Malformed("fileChanges changes nothing.") : new WrittenFiles([.. paths], bytes);
    }

    private sealed record WrittenFiles(ImmutableArray<string> Paths, long Bytes);
}
