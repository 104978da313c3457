using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// <c>createCommitOnBranch</c>: a commit of given files on top of a given head. GitHub makes it only when the branch is at that head: what it changes is what it says, as long as it fits
/// what stands there.
/// </summary>
internal static class CommitOnBranch
{
    /// <summary>What it changes.</summary>
    public static async ValueTask<Outcome<GraphMoved>> ExamineAsync(
        JsonObject input, GraphRoot root, NodeLookup nodes, RepositoryName repository, PresentState state, CancellationToken cancellationToken)
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

        if (!(await state.TipsAsync([branch], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        // Looked up before anything of that commit is, which may be any.
        if (tips[branch] != head)
        {
            var moved = tips[branch] is null ? $"Branch {branch.ShortName} not found" : $"Expected branch to point to {head.Hex} but it did not. Pull and try again.";
            return new Refusal(Stage.Examine, tips[branch] is null ? RefusalKind.NotFound : RefusalKind.Conflict, new CallerText(moved), "expectedHeadOid is not where the branch is");
        }

        if (!(await state.LookUpAsync(head, files.Paths, cancellationToken)).Succeeded(out var there, out refusal))
        {
            return refusal;
        }

        if (files.Paths.Zip(there).Select(each => Misfit(each.First, each.Second, files)).FirstOrDefault(static misfit => misfit is not null) is { } problem)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText(problem), problem);
        }

        if (!(await state.AddedAsync(head, files.Additions, [.. files.Paths.Where(path => !files.Additions.ContainsKey(path))], cancellationToken)).Succeeded(out var added, out refusal))
        {
            return refusal;
        }

        // In whose name GitHub makes it, and how it signs it, is not known beforehand, so that of its commits nothing is.
        var update = new RefUpdate(branch, head, GitOid.Unmade) { ChangedPaths = files.Paths, Forced = false, Size = files.Bytes, AddedSecrets = added.Secrets };
        var effect = new RestEffect([Operation.Api(repository, root.Needs, new ApiCall($"mutation {root.Field}")), Operation.Push(repository, update)])
        {
            ResolvedState = $"{branch} {head.Hex}",
            Summary = [$"commit to {branch.ShortName} on top of {head.Hex[..7]}: {files.Paths.Length} files ({string.Join(", ", files.Paths.Take(5))}{(files.Paths.Length > 5 ? ", ..." : "")})"],
        };
        return new GraphMoved(effect, input);
    }

    /// <summary>Why a path does not fit what stands there; null when it does. What takes a directory's place would change everything below it.</summary>
    private static string? Misfit(string path, PathState there, WrittenFiles files) => there switch
    {
        { InTheWay: { } file } when files.Additions.ContainsKey(file) || !files.Paths.Contains(file, StringComparer.Ordinal) => $"{file} is a file, so there is nothing below it",
        { IsDirectory: true } => $"{path} is a directory",
        { Entry: not null, Blob: null } => $"{path} is a submodule; change it with git",
        { Entry: null } when !files.Additions.ContainsKey(path) => $"{path} is not there",
        _ => null,
    };

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
        var additions = new Dictionary<string, byte[]>(StringComparer.Ordinal);
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

                    additions.Add(path, decoded[..length]);
                }
            }
        }

        return paths.Count == 0 ? Refusals.Malformed("fileChanges changes nothing.") : new WrittenFiles([.. paths], additions);
    }

    private sealed record WrittenFiles(ImmutableArray<string> Paths, Dictionary<string, byte[]> Additions)
    {
        public long Bytes => Additions.Values.Sum(static content => (long)content.Length);
    }
}
