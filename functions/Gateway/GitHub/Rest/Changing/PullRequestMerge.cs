using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Merging a pull request, in whichever way: what its head brings to its base, as it is now. The head that was looked at, and approved, is sent as <c>sha</c>. GitHub takes no such
/// thing for the base; <see cref="PullRequestChange"/> sees to it that nobody gets a pull request onto another base without what merging there needs.
/// </summary>
internal sealed class PullRequestMerge : IChange
{
    private static readonly string[] Methods = ["merge", "squash", "rebase"];

    public IReadOnlyList<string> Routes { get; } = ["PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfSomePush(call) : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var body, out var refusal) || !(await PullRequest.ReadAsync(call, state, cancellationToken)).Succeeded(out var pull, out refusal))
        {
            return refusal;
        }

        if (body.Oid("sha") is { } expected && expected != pull.Head)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Head branch was modified. Review and try the merge again."), $"the head is {pull.Head.Hex}");
        }

        if (!(await state.TipsAsync([pull.Base], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[pull.Base] is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Base branch does not exist"), "no such branch");
        }

        if (!(await state.InspectAsync(new Merge(pull.Base, tip, pull.Head), tips, cancellationToken)).Succeeded(out var change, out refusal))
        {
            return refusal;
        }

        var words = $"{body.Text("merge_method") ?? "merge"} pull request {pull.Number} at {pull.Head.Hex[..12]} into {pull.Base.ShortName}";
        return CallEffects.OfMoves(call, state, [RefMove.OfMerge(change, pull.Head, words)], body.With(("sha", pull.Head.Hex)));
    }

    private static Outcome<CallFields> Read(RestCall call)
    {
        if (!CallFields.Of(call, "commit_title", "commit_message", "sha", "merge_method").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        _ = (body.Text("commit_title"), body.Text("commit_message"), body.Oid("sha"));
        return body.Text("merge_method") is { } method && !Methods.Contains(method, StringComparer.Ordinal)
            ? Refusals.Malformed("The merge_method is merge, squash or rebase.")
            : body.Problem is { } problem ? problem : body;
    }
}
