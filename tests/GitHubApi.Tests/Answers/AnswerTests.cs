using System.Globalization;

namespace CursorBroker.GitHubApi.Tests.Answers;

/// <summary>
/// What the sandbox's GitHub answers, against GitHub's own description of it: a stand-in that answers otherwise would prove nothing.
/// </summary>
[TestClass]
public sealed class AnswerTests
{
    private const string Repository = "/repos/{owner}/{repo}";

    // What GitHub's description calls it, what is asked, the status, the body. Words in capitals are filled in from earlier answers.
    private static readonly (string Operation, string Path, int Status, string? Body)[] Calls =
    [
        ("GET /", "", 200, null),
        ("GET /meta", "meta", 200, null),
        ("GET /rate_limit", "rate_limit", 200, null),
        ("GET /installation/repositories", "installation/repositories", 200, null),
        ("GET /search/issues", "search/issues?q=repo:acme/payments-api+refund", 200, null),
        ("GET /search/code", "search/code?q=repo:acme/payments-api+refund", 200, null),
        ("GET /search/commits", "search/commits?q=repo:acme/payments-api+refund", 200, null),
        ("GET /search/repositories", "search/repositories?q=payments", 200, null),
        (Get(""), "", 200, null),
        (Get("/topics"), "/topics", 200, null),
        (Get("/languages"), "/languages", 200, null),
        (Get("/contributors"), "/contributors", 200, null),
        (Get("/collaborators"), "/collaborators", 200, null),
        (Get("/collaborators/{username}/permission"), "/collaborators/ana-kovac/permission", 200, null),
        (Get("/branches"), "/branches", 200, null),
        (Get("/branches/{branch}"), "/branches/cursor/example", 200, null),
        (Get("/tags"), "/tags", 200, null),
        (Get("/git/ref/{ref}"), "/git/ref/tags/v1.4.0", 200, null),
        (Get("/git/matching-refs/{ref}"), "/git/matching-refs/heads/", 200, null),
        (Get("/git/blobs/{file_sha}"), "/git/blobs/README", 200, null),
        (Get("/git/trees/{tree_sha}"), "/git/trees/main?recursive=1", 200, null),
        (Get("/git/commits/{commit_sha}"), "/git/commits/MAIN", 200, null),
        (Get("/git/tags/{tag_sha}"), "/git/tags/TAG", 200, null),
        (Get("/contents/{path}"), "/contents/README.md", 200, null),
        (Get("/contents/{path}"), "/contents/docs", 200, null),
        (Get("/readme"), "/readme", 200, null),
        (Get("/commits"), "/commits?path=docs", 200, null),
        (Get("/commits/{ref}"), "/commits/main", 200, null),
        (Get("/compare/{basehead}"), "/compare/release/1.4...main", 200, null),
        (Get("/commits/{ref}/status"), "/commits/main/status", 200, null),
        (Get("/commits/{ref}/check-runs"), "/commits/main/check-runs", 200, null),
        (Get("/pulls"), "/pulls", 200, null),
        (Get("/pulls/{pull_number}"), "/pulls/PULL", 200, null),
        (Get("/pulls/{pull_number}/files"), "/pulls/PULL/files", 200, null),
        (Get("/pulls/{pull_number}/commits"), "/pulls/PULL/commits", 200, null),
        (Get("/pulls/{pull_number}/reviews"), "/pulls/PULL/reviews", 200, null),
        (Get("/pulls/{pull_number}/requested_reviewers"), "/pulls/PULL/requested_reviewers", 200, null),
        (Get("/issues"), "/issues?state=all", 200, null),
        (Get("/issues/{issue_number}"), "/issues/15", 200, null),
        (Get("/issues/{issue_number}/comments"), "/issues/15/comments", 200, null),
        (Get("/issues/comments"), "/issues/comments", 200, null),
        (Get("/labels"), "/labels", 200, null),
        (Get("/labels/{name}"), "/labels/bug", 200, null),
        (Get("/milestones"), "/milestones", 200, null),
        (Get("/milestones/{milestone_number}"), "/milestones/1", 200, null),
        (Get("/assignees"), "/assignees", 200, null),
        (Get("/actions/workflows"), "/actions/workflows", 200, null),
        (Get("/actions/workflows/{workflow_id}"), "/actions/workflows/ci.yml", 200, null),
        (Get("/actions/runs"), "/actions/runs", 200, null),
        (Get("/actions/runs/{run_id}"), "/actions/runs/RUN", 200, null),
        (Get("/actions/runs/{run_id}/jobs"), "/actions/runs/RUN/jobs", 200, null),
        (Get("/actions/runs/{run_id}/artifacts"), "/actions/runs/RUN/artifacts", 200, null),
        (Get("/actions/secrets"), "/actions/secrets", 200, null),
        (Get("/actions/secrets/public-key"), "/actions/secrets/public-key", 200, null),
        ("GET /user", "user", 403, null),
        (Get("/issues/{issue_number}"), "/issues/999", 404, null),
        ("PATCH " + Repository, "", 200, """{"description":"x"}"""),
        ("PUT " + Repository + "/topics", "/topics", 200, """{"names":["go"]}"""),
        (Post("/branches/{branch}/rename"), "/branches/release%2F1.4/rename", 201, """{"new_name":"release/1.5"}"""),
        (Post("/git/refs"), "/git/refs", 201, """{"ref":"refs/heads/one","sha":"MAIN"}"""),
        ("PATCH " + Repository + "/git/refs/{ref}", "/git/refs/heads/one", 200, """{"sha":"MAIN"}"""),
        (Post("/git/refs"), "/git/refs", 422, """{"ref":"refs/heads/one","sha":"MAIN"}"""),
        (Post("/git/blobs"), "/git/blobs", 201, """{"content":"x"}"""),
        (Post("/git/trees"), "/git/trees", 201, """{"base_tree":"TREE","tree":[{"path":"x","mode":"100644","type":"blob","content":"x"}]}"""),
        (Post("/git/commits"), "/git/commits", 201, """{"message":"x","tree":"TREE","parents":["MAIN"]}"""),
        (Post("/git/tags"), "/git/tags", 201, """{"tag":"t","message":"x","object":"MAIN","type":"commit"}"""),
        ("PUT " + Repository + "/contents/{path}", "/contents/new.txt", 201, """{"message":"x","content":"eA==","branch":"one"}"""),
        ("DELETE " + Repository + "/contents/{path}", "/contents/README.md", 200, """{"message":"x","sha":"README","branch":"one"}"""),
        (Post("/merges"), "/merges", 201, """{"base":"one","head":"cursor/example"}"""),
        (Post("/releases"), "/releases", 201, """{"tag_name":"v9"}"""),
        (Get("/releases"), "/releases", 200, null),
        (Get("/releases/latest"), "/releases/latest", 200, null),
        (Get("/releases/tags/{tag}"), "/releases/tags/v9", 200, null),
        (Post("/statuses/{sha}"), "/statuses/MAIN", 201, """{"state":"success"}"""),
        (Get("/commits/{ref}/statuses"), "/commits/main/statuses", 200, null),
        (Get("/commits/{ref}/status"), "/commits/main/status", 200, null),
        (Post("/check-runs"), "/check-runs", 201, """{"name":"x","head_sha":"MAIN","conclusion":"success"}"""),
        (Get("/commits/{ref}/check-runs"), "/commits/main/check-runs", 200, null),
        (Post("/issues"), "/issues", 201, """{"title":"x","labels":["bug"],"assignees":["ana-kovac"],"milestone":1}"""),
        ("PATCH " + Repository + "/issues/{issue_number}", "/issues/15", 200, """{"state":"closed"}"""),
        (Post("/issues/{issue_number}/comments"), "/issues/15/comments", 201, """{"body":"x"}"""),
        (Post("/issues/{issue_number}/labels"), "/issues/15/labels", 200, """{"labels":["documentation"]}"""),
        (Post("/issues/{issue_number}/assignees"), "/issues/15/assignees", 201, """{"assignees":["mei-tanaka"]}"""),
        (Post("/labels"), "/labels", 201, """{"name":"new","color":"ffffff"}"""),
        (Post("/milestones"), "/milestones", 201, """{"title":"new"}"""),
        (Post("/pulls"), "/pulls", 201, """{"title":"x","head":"one","base":"main"}"""),
        ("PATCH " + Repository + "/pulls/{pull_number}", "/pulls/PULL", 200, """{"title":"x"}"""),
        (Post("/pulls/{pull_number}/reviews"), "/pulls/PULL/reviews", 200, """{"event":"APPROVE"}"""),
        (Post("/pulls/{pull_number}/requested_reviewers"), "/pulls/PULL/requested_reviewers", 201, """{"reviewers":["tomas-lind"]}"""),
        ("PUT " + Repository + "/pulls/{pull_number}/merge", "/pulls/PULL/merge", 409, """{"sha":"TREE"}"""),
        ("PUT " + Repository + "/pulls/{pull_number}/merge", "/pulls/PULL/merge", 200, """{"merge_method":"squash"}"""),
        (Get("/pulls/{pull_number}"), "/pulls/PULL", 200, null),
    ];

    [TestMethod]
    public async Task Answers_AreAsGitHubDescribesThem()
    {
        var schemas = await ResponseSchemas.ReadAsync();
        await using var gitHub = await SandboxServer.StartAsync();
        var names = await NamesAsync(gitHub);
        var wrong = new List<string>();
        foreach (var (operation, path, status, body) in Calls)
        {
            string Filled(string text) => names.Aggregate(text, static (now, name) => now.Replace(name.Key, name.Value, StringComparison.Ordinal));
            var isBelow = operation.Contains(Repository, StringComparison.Ordinal);
            var (got, answer) = await gitHub.SendAsync(
                operation.Split(' ')[0], (isBelow ? "repos/acme/payments-api" : "") + (path == "/contents/README.md" ? path : Filled(path)), body is null ? null : Filled(body));
            wrong.AddRange(got != status
                ? [$"{operation}: {got} instead of {status}: {answer}"]
                : schemas.Errors(operation, status, answer).Select(error => $"{operation} {status}: {error}"));
        }

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public async Task Schemas_FindWhatIsMissing()
    {
        var schemas = await ResponseSchemas.ReadAsync();
        using var label = System.Text.Json.JsonDocument.Parse("""{"id":1,"name":null}""");

        var errors = schemas.Errors("GET /repos/{owner}/{repo}/labels/{name}", 200, label.RootElement);

        Assert.IsTrue(errors.Any(static error => error.Contains("color", StringComparison.Ordinal)), string.Join('\n', errors));
        Assert.IsTrue(errors.Any(static error => error.StartsWith("/name", StringComparison.Ordinal)), string.Join('\n', errors));
    }

    private static string Get(string below) => "GET " + Repository + below;

    private static string Post(string below) => "POST " + Repository + below;

    private static async Task<Dictionary<string, string>> NamesAsync(SandboxServer gitHub)
    {
        async Task<System.Text.Json.JsonElement> AskAsync(string below) => (await gitHub.SendAsync("GET", "repos/acme/payments-api" + below)).Answer;
        var main = await AskAsync("/commits/main");
        return new Dictionary<string, string>
        {
            ["MAIN"] = main.GetProperty("sha").GetString()!,
            ["TREE"] = main.GetProperty("commit").GetProperty("tree").GetProperty("sha").GetString()!,
            ["TAG"] = (await AskAsync("/git/ref/tags/v1.4.0")).GetProperty("object").GetProperty("sha").GetString()!,
            ["README"] = (await AskAsync("/readme")).GetProperty("sha").GetString()!,
            ["PULL"] = (await AskAsync("/pulls"))[0].GetProperty("number").GetInt32().ToString(CultureInfo.InvariantCulture),
            ["RUN"] = (await AskAsync("/actions/runs")).GetProperty("workflow_runs")[0].GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture),
        };
    }
}
