using System.Text;
using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Answers every call with something that lets a tool go on, and remembers what was sent.</summary>
internal sealed class GenerousApi : IBrokerApi
{
    private const string Answer = """
        {
          "default_branch": "main", "object": { "sha": "c1", "type": "commit" }, "head": { "sha": "c1" }, "state": "open", "node_id": "n", "id": 1, "number": 1, "issue_url": "x/1000",
          "type": "file", "sha": "b1", "size": 0, "tree": [], "jobs": [{ "id": 1, "conclusion": "failure" }], "total_count": 0,
          "data": {
            "repository": { "ref": { "target": { "oid": "c1", "file": null } }, "issues": { "nodes": [], "pageInfo": {} }, "pullRequest": { "reviewThreads": { "nodes": [], "pageInfo": {} } } },
            "createCommitOnBranch": { "commit": { "oid": "c2" }, "ref": { "name": "x", "prefix": "refs/heads/" } },
            "resolveReviewThread": { "thread": { "id": "t" } }, "unresolveReviewThread": { "thread": { "id": "t" } }, "convertPullRequestToDraft": { "pullRequest": { "number": 1 } }
          }
        }
        """;

    public List<ApiCallRequest> Sent { get; } = [];

    public ValueTask<ApiAnswer> SendAsync(ApiCallRequest call, CancellationToken cancellationToken)
    {
        Sent.Add(call);
        var isReviews = call.Method == HttpMethod.Get && call.Path.Value.EndsWith("/reviews", StringComparison.Ordinal);
        return ValueTask.FromResult(new ApiAnswer(200, Encoding.UTF8.GetBytes(isReviews ? """[{ "id": 3, "state": "PENDING" }]""" : Answer)));
    }

    /// <summary>Which route it is: what is a value is a star, and what a path within a repository is two.</summary>
    public static string RouteOf(ApiCallRequest call)
    {
        var parts = call.Path.Value.Split('/')[1..];
        if (parts is not ["api", "v3", "repos", _, _, ..])
        {
            return $"{call.Method} {call.Path.Value}";
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (i is 3 or 4 || (i > 4 && !IsWord(parts, i)))
            {
                parts[i] = "*";
            }
        }

        return parts is [_, _, _, _, _, "contents", _, ..] ? $"{call.Method} /{string.Join('/', parts[..6])}/**" : $"{call.Method} /{string.Join('/', parts)}";
    }

    private static bool IsWord(string[] parts, int i) => i == 5
        || parts[i - 1] is "git" or "actions"
        || (parts[i - 1] == "issues" && parts[i] == "comments")
        || (i > 6 && parts[i] is "status" or "check-runs" or "comments" or "sub_issues" or "parent" or "labels" or "reactions" or "files" or "commits" or "reviews" or "merge" or "events" or "requested_reviewers"
            or "runs" or "jobs" or "artifacts" or "logs");
}
