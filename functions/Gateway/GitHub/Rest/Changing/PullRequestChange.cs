using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Editing a pull request. Its base is where it will be merged, and a merge cannot be bound to the base that was looked at: so whoever sets another one needs what merging into
/// that one needs. Otherwise a pull request would be merged that was allowed for one branch and moved to another one the moment before.
/// </summary>
internal sealed class PullRequestChange : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["PATCH /repos/{owner}/{repo}/pulls/{pull_number}"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => !Read(call).Succeeded(out var asked, out var refusal) ? refusal
        : asked.Base is null ? CallEffects.OutlineOfCall()
        : CallEffects.Outline(call, new RefUpdate(asked.Base, GitOid.Unmade, GitOid.Unmade));

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var asked, out var refusal))
        {
            return refusal;
        }

        if (state.SeesEverything)
        {
            return await EffectAsync(call, state, asked, cancellationToken);
        }

        // One that may not be known of is neither touched nor told of.
        return !(await AsideRoutes.PullAsync(call, state.Lookup, cancellationToken)).Succeeded(out var known, out refusal)
            || !(await EffectAsync(call, state, asked, cancellationToken)).Succeeded(out var effect, out refusal)
                ? refusal
                : effect with { Verify = known.Verify, Edit = Showing.One(Showings.Pull) };
    }

    private static async ValueTask<Outcome<RestEffect>> EffectAsync(RestCall call, PresentState state, Asked asked, CancellationToken cancellationToken)
    {
        if (asked.Base is not { } into)
        {
            return CallEffects.OfCall(call, asked.Body.With());
        }

        if (!(await PullRequest.ReadAsync(call, state, cancellationToken)).Succeeded(out var pull, out var refusal)
            || !(await state.TipsAsync([into], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        // A branch that is hidden and one that is not there are told apart nowhere.
        if ((state.Shows(into) ? tips[into] : null) is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Base does not exist"), "no such branch, or a hidden one");
        }

        if (!(await state.InspectAsync(new Merge(into, tip, pull.Head), tips, cancellationToken)).Succeeded(out var change, out refusal))
        {
            return refusal;
        }

        var words = $"let pull request {pull.Number} at {pull.Head.Hex[..12]} be merged into {into.ShortName}";
        return CallEffects.OfMoves(call, state, [RefMove.OfMerge(change, pull.Head, words)], asked.Body.With());
    }

    private static Outcome<Asked> Read(RestCall call)
    {
        if (!CallFields.Of(call, "title", "body", "state", "base", "maintainer_can_modify").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        _ = (body.Text("title"), body.Text("body"), body.Text("state"), body.Flag("maintainer_can_modify"));
        RefName? into = null;
        return body.Text("base") is { } name && !RefNames.Branch(name).Succeeded(out into, out refusal) ? refusal
            : body.Problem is { } problem ? problem
            : new Asked(into, body);
    }

    private sealed record Asked(RefName? Base, CallFields Body);
}
