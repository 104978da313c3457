using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>The broker's route table beside GitHub's own description of its API.</summary>
[TestClass]
public sealed class CoverageTests
{
    /// <summary>GitHub describes one route twice, and these not at all.</summary>
    private static readonly string[] Twice = ["GET /repos/{owner}/{repo}/compare/{base}...{head}"];

    private static ImmutableArray<ApiOperation> _operations;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task ReadAsync(TestContext _) => _operations = await OpenApiDescription.OperationsAsync();

    [TestMethod]
    public void Table_RepositoryOperationThatAppsMayCall_IsMappedOrRefusedWithAReason()
    {
        var routes = ApiRoutes.GitHub.All.ToDictionary(static route => route.Id);
        var asked = _operations.Where(static operation => operation.IsForApps && operation.IsAboutARepository && !Twice.Contains(operation.Id)).ToArray();
        var missing = asked.Where(operation => !routes.ContainsKey(operation.Id)).Select(static operation => operation.Id);
        var refused = asked.Select(operation => routes.GetValueOrDefault(operation.Id)).Where(static route => route?.Kind == ApiRouteKind.Refused).ToArray();

        Assert.AreEqual("", string.Join('\n', missing));
        Assert.IsTrue(refused.All(static route => !string.IsNullOrEmpty(route!.Why)));
        TestContext.WriteLine($"Repository operations that GitHub enables for Apps: {asked.Length}; mapped {asked.Length - refused.Length}, refused with a reason {refused.Length}.");
        foreach (var reason in refused.GroupBy(static route => route!.Why).OrderByDescending(static reason => reason.Count()))
        {
            TestContext.WriteLine($"  {reason.Count(),3} refused: {reason.Key}");
        }

        foreach (var kind in ApiRoutes.GitHub.All.GroupBy(static route => route.Kind).OrderBy(static kind => kind.Key))
        {
            TestContext.WriteLine($"Lines of the table: {kind.Count(),3} {kind.Key}");
        }
    }

    [TestMethod]
    public void Table_Line_IsAnOperationOfGitHubs()
    {
        var known = _operations.Select(static operation => operation.Id).ToHashSet();
        var unknown = ApiRoutes.GitHub.All.Where(route => !known.Contains(route.Id)).Select(static route => route.Id);

        // The root directory, which is {path} left empty; the older way to ask for a ref, which clients use still; and repositories by number, which GitHub redirects to and describes nowhere.
        CollectionAssert.AreEquivalent(
            (string[])
            [
                "GET /repos/{owner}/{repo}/contents",
                "GET /repos/{owner}/{repo}/git/refs/{ref}",
                .. from method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"]
                   from template in (string[])["/repositories/{repository_id}", "/repositories/{repository_id}/{rest}"]
                   select $"{method} {template}",
            ],
            unknown.ToArray());
    }

    [TestMethod]
    public void Table_QueryNames_AreGitHubsAndThoseForPaging()
    {
        var operations = _operations.ToDictionary(static operation => operation.Id);
        foreach (var route in ApiRoutes.GitHub.All.Where(route => route.Kind != ApiRouteKind.Refused && operations.ContainsKey(route.Id)))
        {
            string[] expected = route.Method == "GET" ? [.. operations[route.Id].Query.Union(["page", "per_page"])] : [.. operations[route.Id].Query];
            CollectionAssert.AreEquivalent(expected, route.Query, route.Id);
        }
    }

    [TestMethod]
    public void Match_Parameters_TakeWhatGitHubTakes()
    {
        foreach (var operation in _operations.Where(static operation => ApiRoutes.GitHub.All.Any(route => route.Id == operation.Id && route.Kind != ApiRouteKind.Refused)))
        {
            var names = operation.Template.Split('/').Where(static part => part.StartsWith('{')).Select(static part => part[1..^1]).ToArray();
            foreach (var name in names)
            {
                Assert.AreEqual(operation.Numbers.Contains(name), !Reads(operation, names, name, "x7.y"), $"{operation.Id}: {name} is a number, or is not");
                Assert.IsTrue(!operation.MultiSegment.Contains(name) || Reads(operation, names, name, "a/b"), $"{operation.Id}: {name} holds slashes");
                Assert.IsFalse(name is "owner" or "repo" && Reads(operation, names, name, "a/b"), $"{operation.Id}: {name} holds none");
            }
        }
    }

    [TestMethod]
    public void Plain_RouteWhoseAnswerNamesARefOrAPath_IsOneOfThoseThatWereLookedAt()
    {
        // Attack: a route that nobody thought of tells of a hidden branch, or of a file that may not be read.
        string[] telling =
        [
            "ref", "refs", "ref_name", "branch", "head_branch", "head_ref", "base_ref", "tag_name", "target_commitish", "before", "after", "sha", "head_sha", "before_sha", "after_sha", "commit_id", "commit_sha",
            "commit_oid", "path", "manifest_path", "filename", "files", "diff_hunk", "patch", "most_recent_instance", "manifest_file",
        ];
        var kinds = ApiRoutes.GitHub.All.ToDictionary(static route => route.Id, static route => route.Kind);
        var found = _operations.Where(operation => kinds.GetValueOrDefault(operation.Id) == ApiRouteKind.Plain && operation.Answers.Overlaps(telling)).Select(static operation => operation.Id);

        CollectionAssert.AreEquivalent(
            (string[])
            [
                // Of GitHub's own program, not of the repository.
                "GET /repos/{owner}/{repo}/actions/runners/downloads",

                // For those alone from whom nothing is held back.
                "POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",

                // What their caller has just sent.
                "POST /repos/{owner}/{repo}/pages",
                "POST /repos/{owner}/{repo}/rulesets",
                "PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}",
            ],
            found.ToArray());
    }

    [TestMethod]
    public void Forwarded_RouteWhoseAnswerIsACredential_IsOneOfThoseThatAreEmptied()
    {
        // Attack: a token or a signed address in a JSON body is a credential that the broker hands out.
        string[] credentials = ["token", "temp_download_token", "encoded_jit_config", "query_pack_url", "artifact_url", "bundle_url", "signed_url", "download_token", "access_token", "private_key"];
        var kinds = ApiRoutes.GitHub.All.ToDictionary(static route => route.Id, static route => route.Kind);
        var found = _operations.Where(operation => kinds.GetValueOrDefault(operation.Id) is ApiRouteKind.Plain or ApiRouteKind.Contents or ApiRouteKind.Changes or ApiRouteKind.Across
            && operation.Answers.Overlaps(credentials)).Select(static operation => operation.Id);

        CollectionAssert.AreEquivalent((string[])["GET /repos/{owner}/{repo}/actions/runners/downloads", "GET /repos/{owner}/{repo}/attestations/{subject_digest}"], found.ToArray());
    }

    private static bool Reads(ApiOperation operation, string[] names, string name, string value)
    {
        var parameters = names.ToDictionary(static one => one, one => one == name ? value : operation.Numbers.Contains(one) ? "7" : "seven");
        return ApiRoutes.GitHub.Match(operation.Method, ApiPath.Parse("/" + ApiPath.Write(operation.Template, parameters))!) is { } match
            && match.Route.Id == operation.Id && match.Parameters[name] == value;
    }
}
