using System.Collections.Frozen;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Calls about a workflow run or a check that they name by its number: they act at the ref that it ran for, which is looked up, and is one that the caller may see. A fork's run has no
/// ref here.
/// </summary>
internal sealed class NamedRun : IChange
{
    private const string Repository = "/repos/{owner}/{repo}";
    private const string Job = "job_id";
    private const string Run = "run_id";
    private const string CheckRun = "check_run_id";
    private const string CheckSuite = "check_suite_id";

    private static readonly FrozenDictionary<string, string> Numbers = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [$"POST {Repository}/actions/jobs/{{job_id}}/rerun"] = Job,
        [$"POST {Repository}/actions/runs/{{run_id}}/cancel"] = Run,
        [$"POST {Repository}/actions/runs/{{run_id}}/force-cancel"] = Run,
        [$"POST {Repository}/actions/runs/{{run_id}}/rerun"] = Run,
        [$"POST {Repository}/actions/runs/{{run_id}}/rerun-failed-jobs"] = Run,
        [$"DELETE {Repository}/actions/runs/{{run_id}}"] = Run,
        [$"DELETE {Repository}/actions/runs/{{run_id}}/logs"] = Run,
        [$"PATCH {Repository}/check-runs/{{check_run_id}}"] = CheckRun,
        [$"POST {Repository}/check-runs/{{check_run_id}}/rerequest"] = CheckRun,
        [$"POST {Repository}/check-suites/{{check_suite_id}}/rerequest"] = CheckSuite,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public IReadOnlyList<string> Routes { get; } = Numbers.Keys;

    public PermissionSet LookUpPermissions(RestCall call) => PermissionSet.ContentsRead.With(Numbers[call.Route.Id] is Job or Run ? "actions" : "checks", Access.Read);

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => CallEffects.OutlineOfCall();

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (state.SeesEverything)
        {
            return CallEffects.OfCallOn(call, [null]);
        }

        if (!(await NameAsync(Numbers[call.Route.Id], call, state, cancellationToken)).Succeeded(out var found, out var refusal))
        {
            return refusal;
        }

        // Without a name it is not known what it ran for.
        return found.Name is not { Length: > 0 } name ? CallEffects.OfCallOn(call, [null])
            : (await NamedRef.RefsAsync([name], state, cancellationToken)).Succeeded(out var refs, out refusal) ? CallEffects.OfCallOn(call, refs)
            : refusal;
    }

    private static async ValueTask<Outcome<RanFor>> NameAsync(string what, RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        var id = call.Parameter(what);
        if (what is CheckRun or CheckSuite)
        {
            return (await state.AskAsync($"/{(what == CheckRun ? "check-runs" : "check-suites")}/{id}", cancellationToken)).Succeeded(out var check, out var refusal)
                ? check.Found ? new RanFor(check.Oid("head_sha")?.Hex) : NotFound
                : refusal;
        }

        if (what == Job)
        {
            if (!(await state.AskAsync($"/actions/jobs/{id}", cancellationToken)).Succeeded(out var job, out var refusal))
            {
                return refusal;
            }

            if (job.Number(Run) is not { } number)
            {
                return NotFound;
            }

            id = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (!(await state.AskAsync($"/actions/runs/{id}", cancellationToken)).Succeeded(out var run, out var problem))
        {
            return problem;
        }

        return !run.Found ? NotFound : new RanFor(run["head_repository"].Number("id") == state.Repository.Id ? run.Text("head_branch") : null);
    }

    private static Refusal NotFound => new(Stage.Examine, RefusalKind.NotFound, new CallerText("Not Found"), "no such run or check");

    /// <summary>What a run was for.</summary>
    /// <param name="Name">A branch, a tag or a commit's id; null when that is not known.</param>
    private sealed record RanFor(string? Name);
}
