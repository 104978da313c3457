using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>
/// Every route that is about something else than contents, and whose answer names refs, paths or commits by the way. For who may know of all of them nothing is looked up and
/// nothing edited.
/// </summary>
internal static class AsideRoutes
{
    private const string Repository = "GET /repos/{owner}/{repo}";

    /// <summary>Those that need no question: the answer itself tells, or nobody but who may know of everything is answered.</summary>
    private static readonly FrozenDictionary<string, Func<RestCall, Reading>> Told = new Dictionary<string, Func<RestCall, Reading>>(StringComparer.Ordinal)
    {
        // Actions
        [$"{Repository}/actions/runs"] = Each(Showings.Run, "workflow_runs"),
        [$"{Repository}/actions/workflows/{{workflow_id}}/runs"] = Each(Showings.Run, "workflow_runs"),
        [$"{Repository}/actions/runs/{{run_id}}"] = One(Showings.Run),
        [$"{Repository}/actions/runs/{{run_id}}/attempts/{{attempt_number}}"] = One(Showings.Run),
        [$"{Repository}/actions/artifacts"] = Each(Showings.Artifact, "artifacts"),
        [$"{Repository}/actions/artifacts/{{artifact_id}}"] = One(Showings.Artifact),
        [$"{Repository}/actions/caches"] = Each(Showings.Cache, "actions_caches"),
        ["DELETE /repos/{owner}/{repo}/actions/caches"] = Each(Showings.Cache, "actions_caches"),
        [$"{Repository}/actions/workflows"] = Each(Showings.Workflow, "workflows"),
        [$"{Repository}/actions/workflows/{{workflow_id}}"] = One(Showings.Workflow),

        // Checks
        [$"{Repository}/check-suites/{{check_suite_id}}"] = One(Showings.CheckSuite),

        // Releases
        [$"{Repository}/releases"] = Each(Showings.Release),
        [$"{Repository}/releases/latest"] = One(Showings.Release),
        [$"{Repository}/releases/tags/{{tag}}"] = static call => NamesFrom($"refs/tags/{call.Parameter("tag")}") with { Edit = Showing.One(Showings.Release) },
        [$"{Repository}/releases/{{release_id}}"] = One(Showings.Release),

        // Pull requests
        [$"{Repository}/pulls"] = Each(Showings.Pull),

        // Deployments and sites
        [$"{Repository}/deployments"] = Each(Showings.Deployment),
        [$"{Repository}/deployments/{{deployment_id}}"] = One(Showings.Deployment),
        [$"{Repository}/environments/{{environment_name}}/deployment-branch-policies"] = Each(Showings.BranchPolicy, "branch_policies"),
        [$"{Repository}/environments/{{environment_name}}/deployment-branch-policies/{{branch_policy_id}}"] = One(Showings.BranchPolicy),
        [$"{Repository}/pages"] = One(Showings.Site),
        [$"{Repository}/pages/builds"] = Anything,
        [$"{Repository}/pages/builds/latest"] = Anything,
        [$"{Repository}/pages/builds/{{build_id}}"] = Anything,

        // Security
        [$"{Repository}/code-scanning/alerts"] = Each(Showings.CodeAlert),
        [$"{Repository}/code-scanning/alerts/{{alert_number}}"] = One(Showings.CodeAlert),
        [$"{Repository}/code-scanning/alerts/{{alert_number}}/instances"] = Each(Showings.CodeInstance),
        ["PATCH /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}"] = Anything,
        [$"{Repository}/code-scanning/alerts/{{alert_number}}/autofix"] = Anything,
        ["POST /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix"] = Anything,
        [$"{Repository}/code-scanning/analyses"] = Each(Showings.CodeAnalysis),
        [$"{Repository}/code-scanning/analyses/{{analysis_id}}"] = One(Showings.CodeAnalysis),
        [$"{Repository}/code-scanning/codeql/databases"] = Anything,
        ["PATCH /repos/{owner}/{repo}/dependabot/alerts/{alert_number}"] = Anything,
        [$"{Repository}/secret-scanning/alerts/{{alert_number}}/locations"] = Anything,
        [$"{Repository}/attestations/{{subject_digest}}"] = Anything,

        // Rules
        [$"{Repository}/rulesets/rule-suites"] = Each(Showings.RuleSuite),
        [$"{Repository}/rulesets/rule-suites/{{rule_suite_id}}"] = One(Showings.RuleSuite),
        [$"{Repository}/rulesets"] = Anything,
        [$"{Repository}/rulesets/{{ruleset_id}}"] = Anything,
        [$"{Repository}/rulesets/{{ruleset_id}}/history"] = Anything,
        [$"{Repository}/rulesets/{{ruleset_id}}/history/{{version_id}}"] = Anything,
        [$"{Repository}/rules/branches/{{branch}}"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/enforce_admins"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/required_pull_request_reviews"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/required_signatures"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/required_status_checks"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/required_status_checks/contexts"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/restrictions"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/restrictions/apps"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/restrictions/teams"] = Branch,
        [$"{Repository}/branches/{{branch}}/protection/restrictions/users"] = Branch,

        // What was done: commits, refs and lines of every kind.
        [$"{Repository}/issues/events"] = Anything,
        [$"{Repository}/issues/events/{{event_id}}"] = Anything,
        [$"{Repository}/issues/{{issue_number}}/events"] = Anything,
        [$"{Repository}/issues/{{issue_number}}/timeline"] = Anything,
        [$"{Repository}/hooks/{{hook_id}}/deliveries/{{delivery_id}}"] = Anything,
        [$"{Repository}/traffic/popular/paths"] = Anything,
        [$"{Repository}/comments"] = CommitComments,
        [$"{Repository}/comments/{{comment_id}}"] = Anything,
        ["PATCH /repos/{owner}/{repo}/comments/{comment_id}"] = Anything,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Those that belong to something that has to be looked up.</summary>
    private static readonly FrozenDictionary<string, ReadingOf> LookedUp = new Dictionary<string, ReadingOf>(StringComparer.Ordinal)
    {
        [$"{Repository}/actions/runs/{{run_id}}/approvals"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/artifacts"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/logs"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/jobs"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/logs"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/pending_deployments"] = RunAsync,
        [$"{Repository}/actions/runs/{{run_id}}/timing"] = RunAsync,
        [$"{Repository}/actions/jobs/{{job_id}}"] = JobAsync,
        [$"{Repository}/actions/jobs/{{job_id}}/logs"] = JobAsync,
        [$"{Repository}/actions/artifacts/{{artifact_id}}/{{archive_format}}"] = (call, lookup, stop) => OfAsync($"/actions/artifacts/{call.Parameter("artifact_id")}", Showings.Artifact, lookup, stop),
        [$"{Repository}/check-runs/{{check_run_id}}"] = async (call, lookup, stop) => await CheckRunAsync(call, lookup, Showing.One(Showings.CheckRun), stop),
        [$"{Repository}/check-runs/{{check_run_id}}/annotations"] = async (call, lookup, stop) => await CheckRunAsync(call, lookup, Showing.Each(Showings.Annotation), stop),
        [$"{Repository}/check-suites/{{check_suite_id}}/check-runs"] = async (call, lookup, stop) =>
            With(Showing.Each(Showings.CheckRun, "check_runs"), await OfAsync($"/check-suites/{call.Parameter("check_suite_id")}", Showings.CheckSuite, lookup, stop)),
        [$"{Repository}/releases/assets/{{asset_id}}"] = (call, lookup, stop) => OfAsync($"/releases/assets/{call.Parameter("asset_id")}", Showings.Asset, lookup, stop),
        [$"{Repository}/releases/{{release_id}}/assets"] = (call, lookup, stop) => OfAsync($"/releases/{call.Parameter("release_id")}", Showings.Release, lookup, stop),
        [$"{Repository}/deployments/{{deployment_id}}/statuses"] = DeploymentAsync,
        [$"{Repository}/deployments/{{deployment_id}}/statuses/{{status_id}}"] = DeploymentAsync,
        [$"{Repository}/dependabot/alerts"] = async (_, lookup, stop) => With(Showing.Each(Showings.DependencyAlert), await DefaultAsync(lookup, stop)),
        [$"{Repository}/dependabot/alerts/{{alert_number}}"] = async (_, lookup, stop) => With(Showing.One(Showings.DependencyAlert), await DefaultAsync(lookup, stop)),
        [$"{Repository}/pulls/{{pull_number}}/reviews"] = PullAsync,
        [$"{Repository}/pulls/{{pull_number}}/reviews/{{review_id}}"] = PullAsync,
        ["POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"] = PullAsync,
        ["DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"] = PullAsync,
        ["POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews"] = PullAsync,
        ["PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"] = PullAsync,
        ["DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"] = PullAsync,
        ["PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals"] = PullAsync,
        ["POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events"] = PullAsync,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The routes.</summary>
    public static IEnumerable<string> Ids => Told.Keys.Concat(LookedUp.Keys);

    /// <summary>Whether a route is one of these.</summary>
    public static bool Has(string route) => Told.ContainsKey(route) || LookedUp.ContainsKey(route);

    /// <summary>What a route reads that needs no question; null for one that needs some, and for any other.</summary>
    public static Func<RestCall, Reading>? Unasked(string route) => Told.GetValueOrDefault(route);

    /// <summary>How a route is looked up that needs it; null for any other.</summary>
    public static ReadingOf? Asked(string route) => LookedUp.GetValueOrDefault(route);

    private static Func<RestCall, Reading> Each(ShowingOf shows, string? list = null) => Editing(Showing.Each(shows, list));

    private static Func<RestCall, Reading> One(ShowingOf shows) => Editing(Showing.One(shows));

    private static Func<RestCall, Reading> Editing(Action<JsonNode, Grant> edit)
    {
        var reading = new Reading([], edit);
        return _ => reading;
    }

    private static Reading Anything(RestCall call) => Reading.AnythingAside;

    private static Reading Branch(RestCall call) => NamesFrom($"refs/heads/{call.Parameter("branch")}");

    // On whose commits they are nothing tells.
    private static Reading CommitComments(RestCall call) => Names(null) with { Edit = Showing.Each(Showings.CommitComment) };

    private static Reading NamesFrom(string name) => Names(RefName.TryParse(name, out var known) ? known : null);

    private static Reading Names(RefName? name) => new([new ContentRead(name, []) { IsAside = true }]);

    private static ValueTask<Outcome<Reading>> RunAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        OfAsync($"/actions/runs/{call.Parameter("run_id")}", Showings.Run, lookup, cancellationToken);

    private static ValueTask<Outcome<Reading>> DeploymentAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        OfAsync($"/deployments/{call.Parameter("deployment_id")}", Showings.Deployment, lookup, cancellationToken);

    /// <summary>What belongs to a pull request, and the pull request itself.</summary>
    public static ValueTask<Outcome<Reading>> PullAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        OfAsync($"/pulls/{call.Parameter("pull_number")}", Showings.Pull, lookup, cancellationToken);

    private static async ValueTask<Outcome<Reading>> JobAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        await FollowAsync($"/actions/jobs/{call.Parameter("job_id")}", static job => job.Child("run_id").Number(), "/actions/runs/", Showings.Run, lookup, cancellationToken);

    private static async ValueTask<Outcome<Reading>> CheckRunAsync(
        RestCall call, RepositoryLookup lookup, Action<JsonNode, Grant> edit, CancellationToken cancellationToken) => With(edit, await FollowAsync(
            $"/check-runs/{call.Parameter("check_run_id")}", static run => run.Child("check_suite").Child("id").Number(), "/check-suites/", Showings.CheckSuite, lookup, cancellationToken));

    /// <summary>What belongs to something that belongs to what tells.</summary>
    private static async ValueTask<Outcome<Reading>> FollowAsync(
        string path, Func<JsonElement?, long?> id, string then, ShowingOf shows, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await lookup.AskAsync(path, cancellationToken)).Succeeded(out var first, out var refusal))
        {
            return refusal;
        }

        return id(first.Found) is { } next ? await OfAsync(FormattableString.Invariant($"{then}{next}"), shows, lookup, cancellationToken) : Showing.NotThere(Stage.Examine);
    }

    private static async ValueTask<Outcome<Reading>> OfAsync(string path, ShowingOf shows, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await lookup.AskAsync(path, cancellationToken)).Succeeded(out var answer, out var refusal))
        {
            return refusal;
        }

        return answer.Found is { } thing ? new Reading([]) { Verify = Showing.Before(shows, thing) } : Showing.NotThere(Stage.Examine);
    }

    /// <summary>What GitHub knows of the default branch alone.</summary>
    private static async ValueTask<Outcome<Reading>> DefaultAsync(RepositoryLookup lookup, CancellationToken cancellationToken) =>
        (await lookup.DefaultBranchAsync(cancellationToken)).Succeeded(out var branch, out var refusal) ? Names(branch) : refusal;

    private static Outcome<Reading> With(Action<JsonNode, Grant> edit, Outcome<Reading> outcome) =>
        outcome.Succeeded(out var reading, out var refusal) ? reading with { Edit = edit } : refusal;
}
