using System.Reflection;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.GitHub.Routes;

/// <summary>What must hold of every line of <c>routes.tsv</c>.</summary>
[TestClass]
public sealed class RouteTableTests
{
    private const string Repo = "/repos/{owner}/{repo}";

    [TestMethod]
    [DataRow("PUT /contents/{path}")]
    [DataRow("DELETE /contents/{path}")]
    [DataRow("POST /git/blobs")]
    [DataRow("POST /git/trees")]
    [DataRow("POST /git/commits")]
    [DataRow("POST /git/tags")]
    [DataRow("POST /git/refs")]
    [DataRow("PATCH /git/refs/{ref}")]
    [DataRow("DELETE /git/refs/{ref}")]
    [DataRow("POST /merges")]
    [DataRow("POST /merge-upstream")]
    [DataRow("PUT /pulls/{pull_number}/merge")]
    [DataRow("PUT /pulls/{pull_number}/update-branch")]
    [DataRow("POST /branches/{branch}/rename")]
    [DataRow("POST /releases")]
    [DataRow("PATCH /releases/{release_id}")]
    [DataRow("DELETE /releases/{release_id}")]
    [DataRow("POST /code-scanning/alerts/{alert_number}/autofix/commits")]
    [DataRow("POST /deployments")]
    [DataRow("POST /releases/{release_id}/assets")]
    [DataRow("POST /dispatches")]
    [DataRow("POST /actions/workflows/{workflow_id}/dispatches")]
    [DataRow("POST /actions/runs/{run_id}/rerun")]
    [DataRow("POST /statuses/{sha}")]
    [DataRow("POST /check-runs")]
    [DataRow("PATCH ")]
    public void Table_RouteThatMovesARefOrActsOnOne_IsAChange(string line)
    {
        var (method, rest) = (line.Split(' ')[0], line.Split(' ')[1]);
        Assert.AreEqual(ApiRouteKind.Changes, ApiRoutes.GitHub.All.Single(route => route.Method == method && route.Template == Repo + rest).Kind);
    }

    [TestMethod]
    public void Table_ContentsWrite_IsAChangeOrKnownToMoveNothing()
    {
        string[] movesNothing =
        [
            $"DELETE {Repo}/code-scanning/codeql/databases/{{language}}", $"PATCH {Repo}/comments/{{comment_id}}",
            $"DELETE {Repo}/comments/{{comment_id}}", $"POST {Repo}/comments/{{comment_id}}/reactions", $"DELETE {Repo}/comments/{{comment_id}}/reactions/{{reaction_id}}",
            $"PATCH {Repo}/releases/assets/{{asset_id}}", $"DELETE {Repo}/releases/assets/{{asset_id}}",
            $"POST {Repo}/releases/generate-notes",
        ];
        var others = ApiRoutes.GitHub.All.Where(static route => route.Kind != ApiRouteKind.Changes && route.Needs.Any(static needs => needs.Covers(PermissionSet.ContentsWrite)));

        CollectionAssert.AreEquivalent(movesNothing, others.Select(static route => route.Id).ToArray());
    }

    [TestMethod]
    public void Table_Needs_AreThoseThatAPolicyCanGive()
    {
        var known = (IReadOnlyDictionary<string, Access>)typeof(PolicySet).Assembly.GetType("CursorBroker.Core.Policy.GitHubPermissions", throwOnError: true)!
            .GetProperty("Highest", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        foreach (var route in ApiRoutes.GitHub.All)
        {
            Assert.IsTrue(route.Needs.SelectMany(static needs => needs.Items).All(pair => known.TryGetValue(pair.Key, out var highest) && pair.Value <= highest), route.Id);
        }
    }

    [TestMethod]
    public void Table_WriteByAnyMethod_NeedsMoreThanReading()
    {
        string[] readsEnough = [$"POST {Repo}/commits/{{commit_sha}}/comments", $"POST {Repo}/hooks/{{hook_id}}/pings", $"POST {Repo}/hooks/{{hook_id}}/tests"];
        var writes = ApiRoutes.GitHub.All.Where(static route => route.Method != "GET" && route.Needs.Any(static needs => !needs.Writes));

        CollectionAssert.AreEquivalent(readsEnough, writes.Select(static route => route.Id).ToArray());
    }

    [TestMethod]
    public void Table_ForwardedRoute_NamesItsRepository()
    {
        foreach (var route in ApiRoutes.GitHub.All.Where(static route => route.Kind is ApiRouteKind.Plain or ApiRouteKind.Contents or ApiRouteKind.Changes))
        {
            Assert.IsTrue(route.Template == Repo || route.Template.StartsWith(Repo + "/", StringComparison.Ordinal), route.Id);
        }
    }

    [TestMethod]
    public void Table_Alternatives_BeginWithTheSmallest()
    {
        foreach (var route in ApiRoutes.GitHub.All)
        {
            var sizes = route.Needs.Select(static needs => needs.Items.Count()).ToArray();
            CollectionAssert.AreEqual(sizes.Order().ToArray(), sizes, route.Id);
        }
    }

    [TestMethod]
    public void Table_NameThatOtherRoutesGoOnFrom_IsWrittenWithoutSlashes()
    {
        foreach (var route in ApiRoutes.GitHub.All.Where(static route => ApiParameters.KeepsSlashes(route.Template)))
        {
            var stem = route.Template[..route.Template.LastIndexOf('/')] + "/{";
            var longer = ApiRoutes.GitHub.All.Where(other => other.Template.StartsWith(stem, StringComparison.Ordinal) && other.Template.IndexOf('/', stem.Length) > 0);
            Assert.IsFalse(longer.Any(), route.Id);
        }
    }

    [TestMethod]
    [DataRow(" ", DisplayName = "empty line")]
    [DataRow("GET\t/x\tPlain\t\t\t\t", DisplayName = "forwarded, needs nothing")]
    [DataRow("GET\t/x\tRefused\t\t\t\t", DisplayName = "refused, no reason")]
    [DataRow("GET\t/x\tPlain\tcontents\t\t\t", DisplayName = "no access")]
    [DataRow("GET\t/x\tPlain\tcontents:read\tmagic\t\t", DisplayName = "unknown trait")]
    [DataRow("GET\t/x\tSome\tcontents:read\t\t\t", DisplayName = "unknown kind")]
    [DataRow("GET\tx\tPlain\tcontents:read\t\t\t", DisplayName = "no path")]
    public void Read_LineThatMakesNoSense_Throws(string line) =>
        Assert.ThrowsExactly<InvalidDataException>(() => ApiRouteFile.Read(new StringReader("method\n" + line)));
}
