using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Merging a pull request's base into its head: a push to the head's branch. GitHub binds it to the head alone. What the base is by then nobody can tell: between look-up and merge anything
/// may be pushed there that the head's branch would not take, so of what comes nothing is known, even though it can be looked up. <c>POST .../merges</c> with a commit's id is bound to it.
/// </summary>
internal sealed class PullRequestUpdate : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfSomePush(call) : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var body, out var refusal) || !(await PullRequest.ReadAsync(call, state, cancellationToken)).Succeeded(out var pull, out refusal))
        {
            return refusal;
        }

        if (pull.HeadBranch is not { } branch)
        {
            return Refusals.NotSupported("The pull request's branch is in another repository, which this call would change; update it there.");
        }

        // What a hidden branch is by then would come into one that is seen.
        if (!state.Shows(pull.Base))
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Base does not exist"), "a hidden branch");
        }

        if (body.Oid("expected_head_sha") is { } expected && expected != pull.Head)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("expected head sha didn't match current head ref."), $"the head is {pull.Head.Hex}");
        }

        if (!(await state.TipsAsync([.. new[] { branch, pull.Base }.Distinct()], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[branch] is not { } head || head != pull.Head || tips[pull.Base] is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("The pull request's branches are moving; try again."), "its branches are not where it says");
        }

        if (!(await state.InspectAsync(new Merge(branch, head, tip), tips, cancellationToken)).Succeeded(out var change, out refusal))
        {
            return refusal;
        }

        var words = $"merge what {pull.Base.ShortName} is by then, now {tip.Hex[..12]}, into {branch.ShortName}, of pull request {pull.Number}";
        var move = RefMove.OfMerge(change, tip, words) with { Update = new(branch, head, GitOid.Unmade) };
        return CallEffects.OfMoves(call, state, [move], body.With(("expected_head_sha", head.Hex)));
    }

    private static Outcome<CallFields> Read(RestCall call)
    {
        if (!CallFields.Of(call, "expected_head_sha").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        _ = body.Oid("expected_head_sha");
        return body.Problem is { } problem ? problem : body;
    }
}
