using CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.Core.Tests.GitHub.Routes;

/// <summary>What was decided of every route that writes: none is let through on its permission alone unless somebody looked at it.</summary>
[TestClass]
public sealed class WriteDecisionTests
{
    private const string Repo = "/repos/{owner}/{repo}";

    /// <summary>
    /// Writes that move no ref, change no content, carry none out and open no way around the broker, whichever the caller's refs and paths: those of what people say to each other, what only
    /// goes away, and values that are the caller's own.
    /// </summary>
    private static readonly (string Why, string[] Routes)[] Harmless =
    [
        ("what people say to each other", ["* /issues", "* /issues/**", "* /labels", "* /labels/**", "* /milestones", "* /milestones/**", "* /comments/{comment_id}/reactions", "DELETE /comments/{comment_id}/reactions/{reaction_id}", "DELETE /comments/{comment_id}",
            "DELETE /pulls/comments/{comment_id}", "POST /pulls/comments/{comment_id}/reactions", "DELETE /pulls/comments/{comment_id}/reactions/{reaction_id}",
            "* /security-advisories", "* /security-advisories/**", "PUT /topics", "POST /autolinks", "DELETE /autolinks/{autolink_id}", "* /interaction-limits"]),
        ("what only goes away", ["DELETE /actions/artifacts/{artifact_id}", "DELETE /actions/caches/{cache_id}", "DELETE /actions/runners/{runner_id}", "DELETE /code-scanning/analyses/{analysis_id}", "DELETE /code-scanning/codeql/databases/{language}",
            "DELETE /collaborators/{username}", "DELETE /deployments/{deployment_id}", "DELETE /hooks/{hook_id}", "DELETE /invitations/{invitation_id}", "DELETE /keys/{key_id}", "DELETE /pages", "POST /pages/deployments/{pages_deployment_id}/cancel"]),
        ("values that are the caller's own, by a permission of their own", ["* /actions/secrets/{secret_name}", "* /actions/variables", "* /actions/variables/{name}", "* /dependabot/secrets/{secret_name}", "* /environments/{environment_name}/secrets/{secret_name}",
            "* /environments/{environment_name}/variables", "* /environments/{environment_name}/variables/{name}", "POST /attestations", "POST /deployments/{deployment_id}/statuses"]),
        ("what runs is what is there already, or how long it is kept", ["PUT /actions/cache/retention-limit", "PUT /actions/cache/storage-limit", "PUT /actions/permissions/artifact-and-log-retention", "PUT /actions/workflows/{workflow_id}/disable",
            "PUT /actions/workflows/{workflow_id}/enable", "PATCH /check-suites/preferences", "* /private-vulnerability-reporting", "* /vulnerability-alerts"]),
    ];

    [TestMethod]
    public void Table_PlainWrite_WasLookedAtAndIsHarmless()
    {
        var known = Harmless.SelectMany(static each => each.Routes).ToArray();
        var plain = ApiRoutes.GitHub.All.Where(static route => route.Kind == ApiRouteKind.Plain && route.Method != "GET" && !route.Traits.HasFlag(ApiRouteTraits.Whole)).ToArray();

        Assert.AreEqual("", string.Join('\n', plain.Where(route => !known.Any(each => IsOf(each, route))).Select(static route => route.Id)), "somebody has to decide these");
        Assert.AreEqual("", string.Join('\n', known.Where(each => !plain.Any(route => IsOf(each, route)))), "these are none any more");
    }

    [TestMethod]
    [DataRow("PUT /branches/{branch}/protection", DisplayName = "what guards a branch from those who go around the broker")]
    [DataRow("DELETE /branches/{branch}/protection")]
    [DataRow("DELETE /branches/{branch}/protection/enforce_admins")]
    [DataRow("PUT /rulesets/{ruleset_id}")]
    [DataRow("DELETE /rulesets/{ruleset_id}")]
    [DataRow("PUT /collaborators/{username}", DisplayName = "access around the broker")]
    [DataRow("PATCH /invitations/{invitation_id}")]
    [DataRow("PUT /actions/permissions/workflow", DisplayName = "a workflow's own token may push")]
    [DataRow("PUT /actions/permissions/fork-pr-workflows-private-repos")]
    [DataRow("PUT /actions/oidc/customization/sub", DisplayName = "who a workflow is")]
    [DataRow("PUT /actions/runners/{runner_id}/labels", DisplayName = "where jobs run, with all that they check out")]
    [DataRow("POST /actions/runs/{run_id}/approve")]
    [DataRow("POST /actions/runs/{run_id}/pending_deployments")]
    [DataRow("PUT /environments/{environment_name}")]
    [DataRow("POST /environments/{environment_name}/deployment-branch-policies")]
    [DataRow("POST /pages", DisplayName = "a branch becomes a public site")]
    [DataRow("PUT /pages")]
    [DataRow("POST /pages/builds")]
    [DataRow("POST /pages/deployments")]
    [DataRow("PATCH /properties/values", DisplayName = "which rulesets there are")]
    [DataRow("PUT /automated-security-fixes", DisplayName = "GitHub pushes branches of its own")]
    [DataRow("PATCH /code-scanning/default-setup")]
    [DataRow("DELETE /immutable-releases")]
    [DataRow("PATCH /releases/assets/{asset_id}", DisplayName = "a file of a release, by a number that does not tell which")]
    [DataRow("DELETE /releases/assets/{asset_id}")]
    public void Table_RouteAboutTheWholeRepository_IsMarkedAsThat(string line)
    {
        var route = Route(line);
        Assert.AreEqual(ApiRouteKind.Plain, route.Kind);
        Assert.IsTrue(route.ToCall().ReachesAll);
    }

    [TestMethod]
    [DataRow("POST /hooks", DisplayName = "pushes of hidden branches, sent anywhere")]
    [DataRow("PATCH /hooks/{hook_id}")]
    [DataRow("PATCH /hooks/{hook_id}/config")]
    [DataRow("POST /hooks/{hook_id}/pings")]
    [DataRow("POST /hooks/{hook_id}/tests")]
    [DataRow("POST /hooks/{hook_id}/deliveries/{delivery_id}/attempts")]
    [DataRow("GET /hooks/{hook_id}/deliveries")]
    [DataRow("GET /hooks/{hook_id}/deliveries/{delivery_id}", DisplayName = "what was pushed, in the answer")]
    [DataRow("DELETE /actions/caches", DisplayName = "answered with the refs")]
    [DataRow("PATCH /comments/{comment_id}", DisplayName = "answered with commit and path")]
    [DataRow("PATCH /code-scanning/alerts/{alert_number}", DisplayName = "answered with ref and path")]
    [DataRow("POST /code-scanning/alerts/{alert_number}/autofix")]
    [DataRow("PATCH /dependabot/alerts/{alert_number}")]
    public void Table_RouteThatCarriesContentOut_ReadsContents(string line) => Assert.AreEqual(ApiRouteKind.Contents, Route(line).Kind);

    [TestMethod]
    [DataRow("POST /transfer")]
    [DataRow("POST /forks")]
    [DataRow("POST /keys")]
    [DataRow("PUT /import")]
    [DataRow("DELETE ")]
    public void Table_RouteThatGivesTheRepositoryAway_IsRefused(string line) => Assert.AreEqual(ApiRouteKind.Refused, Route(line).Kind);

    [TestMethod]
    public void Table_Whole_IsOfWritesThatNothingElseIsKnownOf() =>
        Assert.IsTrue(ApiRoutes.GitHub.All.Where(static route => route.Traits.HasFlag(ApiRouteTraits.Whole)).All(static route => route.Method != "GET" && route.Kind == ApiRouteKind.Plain));

    private static ApiRoute Route(string line) => ApiRoutes.GitHub.All.Single(route => route.Id == $"{line.Split(' ')[0]} {Repo}{line.Split(' ')[1]}");

    private static bool IsOf(string line, ApiRoute route)
    {
        var (method, rest) = (line.Split(' ')[0], Repo + line.Split(' ')[1]);
        return (method == "*" || method == route.Method)
            && (rest.EndsWith("/**", StringComparison.Ordinal) ? route.Template.StartsWith(rest[..^2], StringComparison.Ordinal) : route.Template == rest);
    }
}
