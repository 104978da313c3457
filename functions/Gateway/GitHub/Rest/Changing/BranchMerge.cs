using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Merging one branch or commit into another branch. What is merged is sent as the commit that was looked at. The base cannot be bound: one that moves meanwhile gets the same
/// commits, or fewer.
/// </summary>
internal sealed class BranchMerge : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["POST /repos/{owner}/{repo}/merges"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) =>
        Read(call).Succeeded(out var asked, out var refusal) ? CallEffects.Outline(call, new RefUpdate(asked.Base, GitOid.Unmade, GitOid.Unmade)) : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var asked, out var refusal))
        {
            return refusal;
        }

        RefName[] refs = asked.Branch is null ? [asked.Base] : [.. new[] { asked.Base, asked.Branch }.Distinct()];
        if (!(await state.TipsAsync(refs, cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[asked.Base] is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Base does not exist"), "no such branch");
        }

        // A branch that is hidden and one that is not there are told apart nowhere.
        if ((asked.Branch is { } branch ? state.Shows(branch) ? tips[branch] : null : asked.Commit) is not { } head)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Head does not exist"), "no such branch, or a hidden one");
        }

        if (!(await state.InspectAsync(new Merge(asked.Base, tip, head), tips, cancellationToken)).Succeeded(out var change, out refusal))
        {
            return refusal;
        }

        var move = RefMove.OfMerge(change, head, $"merge {asked.Head} at {head.Hex[..12]} into {asked.Base.ShortName}");
        return CallEffects.OfMoves(call, state, [move], asked.Body.With(
            ("head", head.Hex), ("commit_message", asked.Body.Text("commit_message") ?? $"Merge {asked.Head} into {asked.Base.ShortName}")));
    }

    private static Outcome<Asked> Read(RestCall call)
    {
        if (!CallFields.Of(call, "base", "head", "commit_message").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        var (into, head, _) = (body.NeedText("base"), body.NeedText("head"), body.Text("commit_message"));
        if (body.Problem is { } problem)
        {
            return problem;
        }

        if (!RefNames.Branch(into).Succeeded(out var name, out refusal))
        {
            return refusal;
        }

        if (GitOid.TryParse(head, out var commit))
        {
            return new Asked(name, head, null, commit, body);
        }

        return RefNames.Branch(head).Succeeded(out var branch, out refusal) ? new Asked(name, head, branch, null, body) : refusal;
    }

    private sealed record Asked(RefName Base, string Head, RefName? Branch, GitOid? Commit, CallFields Body);
}
