using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Renaming a branch: the old name goes away and the new one is made. GitHub takes no commit that the branch must be at, so what the new name gets is not known, even though
/// it can be looked up: between look-up and rename anything may be pushed to the old name that the new one would not take.
/// </summary>
internal sealed class BranchRename : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["POST /repos/{owner}/{repo}/branches/{branch}/rename"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out var asked, out var refusal)
        ? CallEffects.Outline(call, new RefUpdate(asked.From, GitOid.Unmade, PresentState.Zero), new RefUpdate(asked.To, PresentState.Zero, GitOid.Unmade))
        : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var asked, out var refusal)
            || !(await state.TipsAsync([asked.From, asked.To], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        // Whoever does not see the branch learns nothing by another name for it, nor that it is there.
        if ((state.Shows(asked.From) ? tips[asked.From] : null) is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText($"Branch {asked.From.ShortName} not found"), "no such branch");
        }

        if (tips[asked.To] is not null)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText($"Branch {asked.To.ShortName} already exists"), "the name is taken");
        }

        return CallEffects.OfMoves(
            call,
            state,
            [
                RefMove.Of(new() { Update = new(asked.From, tip, PresentState.Zero), Commits = [], Paths = [], TipToTip = [], Forced = false }, 0),
                RefMove.Unknown(new(asked.To, PresentState.Zero, tip), $"create {asked.To.ShortName} from what {asked.From.ShortName} is when GitHub renames it, now {tip.Hex[..12]}"),
            ],
            asked.Body.With());
    }

    private static Outcome<Asked> Read(RestCall call)
    {
        if (!CallFields.Of(call, "new_name").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        var name = body.NeedText("new_name");
        return body.Problem is { } problem ? problem
            : !RefNames.Branch(call.Parameter("branch")).Succeeded(out var from, out refusal) || !RefNames.Branch(name).Succeeded(out var to, out refusal) ? refusal
            : from == to ? Refusals.Malformed("The new name is the old one.")
            : new Asked(from, to, body);
    }

    private sealed record Asked(RefName From, RefName To, CallFields Body);
}
