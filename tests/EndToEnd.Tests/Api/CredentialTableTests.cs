using System.Text;

namespace CursorBroker.EndToEnd.Tests.Api;

/// <summary>For common calls: the token that GitHub saw with them, beside what GitHub documents as needed (docs.github.com, "Permissions required for GitHub Apps").</summary>
[TestClass]
public sealed class CredentialTableTests
{
    private const string Repo = "/repos/acme/guarded";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task CommonCalls_HaveATokenForWhatTheyNeedAndNothingElse()
    {
        // Who, the call, its body, and what GitHub documents for it; every token has metadata:read besides.
        (string Who, string Line, string? Body, string Needs)[] calls =
        [
            ("lead", $"GET {Repo}", null, ""),
            ("lead", $"GET {Repo}/branches", null, "contents=read"),
            ("lead", $"GET {Repo}/branches/main", null, "contents=read"),
            ("lead", $"GET {Repo}/tags", null, ""),
            ("lead", $"GET {Repo}/git/ref/heads/main", null, "contents=read"),
            ("lead", $"GET {Repo}/git/matching-refs/heads", null, "contents=read"),
            ("lead", $"GET {Repo}/git/trees/main", null, "contents=read"),
            ("lead", $"GET {Repo}/git/blobs/SECRET-BLOB", null, "contents=read"),
            ("lead", $"GET {Repo}/git/commits/MAIN-COMMIT", null, "contents=read"),
            ("lead", $"GET {Repo}/contents/readable.txt", null, "contents=read"),
            ("lead", $"GET {Repo}/commits", null, "contents=read"),
            ("lead", $"GET {Repo}/commits/main", null, "contents=read"),
            ("lead", $"GET {Repo}/compare/main...cursor/work", null, "contents=read"),
            ("lead", $"GET {Repo}/languages", null, ""),
            ("lead", $"GET {Repo}/contributors", null, ""),
            ("lead", $"GET {Repo}/issues", null, "issues=read"),
            ("lead", $"POST {Repo}/issues", """{"title":"t"}""", "issues=write"),
            ("lead", $"GET {Repo}/labels", null, "issues=read"),
            ("lead", $"GET {Repo}/milestones", null, "issues=read"),
            ("lead", $"GET {Repo}/pulls", null, "pull_requests=read"),
            ("lead", $"GET {Repo}/releases", null, "contents=read"),
            ("developer", $"GET {Repo}/commits/main/status", null, "statuses=read"),
            ("developer", $"GET {Repo}/commits/main/check-runs", null, "checks=read"),
            ("developer", $"PUT {Repo}/contents/table.txt", """{"message":"m","content":"eA==","branch":"cursor/work"}""", "contents=write"),
            ("developer", $"POST {Repo}/git/refs", """{"ref":"refs/heads/cursor/table","sha":"MAIN-COMMIT"}""", "contents=write"),
            ("developer", $"PUT {Repo}/contents/more.txt", """{"message":"m","content":"eA==","branch":"cursor/table"}""", "contents=write"),
            ("developer", $"POST {Repo}/pulls", """{"title":"t","head":"cursor/table","base":"main"}""", "pull_requests=write"),
            ("developer", $"DELETE {Repo}/git/refs/heads/cursor/table", null, "contents=write"),
            ("lead", $"GET /search/issues?q=repo:acme/guarded+is:issue", null, "issues=read"),
            ("lead", "POST /api/graphql", """{"query":"{ repository(owner: \"acme\", name: \"guarded\") { name } }"}""", ""),
            ("lead", "POST /api/graphql", """{"query":"{ repository(owner: \"acme\", name: \"guarded\") { issues(first: 1) { totalCount } } }"}""", "issues=read"),
            ("lead", "POST /api/graphql", """{"query":"{ repository(owner: \"acme\", name: \"guarded\") { pullRequests(first: 1) { totalCount } } }"}""", "pull_requests=read"),
        ];

        await using var scene = await ApiScene.StartAsync(TestContext.CancellationToken);
        var (table, wrong) = (new StringBuilder(), new List<string>());
        foreach (var (who, line, body, needs) in calls)
        {
            var reply = await scene.CallAsync(who, line, body);
            Assert.IsLessThan(300, reply.Status, $"{line}: {reply.All}");

            // The request itself is the last that GitHub saw for it; what was looked up before had tokens that only read.
            var seen = scene.World.GitHub.Requests.Entries.Last(request => request.Method == line.Split(' ')[0] && request.TokenSha256 is not null && !request.Path.EndsWith("/access_tokens", StringComparison.Ordinal));
            var token = scene.World.GitHub.Tokens.Entries.Single(token => token.Sha256 == seen.TokenSha256);
            var had = string.Join(", ", token.Permissions.Where(static each => each.Key != "metadata").OrderBy(static each => each.Key, StringComparer.Ordinal).Select(static each => $"{each.Key}={each.Value}"));
            table.AppendLine($"{line,-60} needs {(needs.Length == 0 ? "metadata=read" : needs),-22} had {(had.Length == 0 ? "metadata=read" : had),-22} on {string.Join(", ", token.Repositories)}");
            if (had != needs || string.Join(", ", token.Repositories) != "acme/guarded")
            {
                wrong.Add($"{line}: needs {needs}, had {had} on {string.Join(", ", token.Repositories)}");
            }
        }

        TestContext.WriteLine(table.ToString());
        Assert.AreEqual("", string.Join(Environment.NewLine, wrong));
    }
}
