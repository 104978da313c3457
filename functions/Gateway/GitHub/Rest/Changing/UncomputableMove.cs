using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Calls that add to a branch what only GitHub knows: what the fork's parent has by then, what a fix is made of. Nothing but the ref is known of them, which every
/// rule about paths, authors and sizes takes for what it is about.
/// </summary>
internal sealed class UncomputableMove : IChange
{
    private const string Sync = "POST /repos/{owner}/{repo}/merge-upstream";
    private const string Autofix = "POST /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix/commits";

    public IReadOnlyList<string> Routes { get; } = [Sync, Autofix];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) =>
        Read(call).Succeeded(out var asked, out var refusal) ? CallEffects.Outline(call, new RefUpdate(asked.Ref, GitOid.Unmade, GitOid.Unmade)) : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var asked, out var refusal) || !(await state.TipsAsync([asked.Ref], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[asked.Ref] is not { } tip)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText($"Branch {asked.Ref.ShortName} not found"), "no such branch");
        }

        var words = call.Route.Id == Sync
            ? $"update {asked.Ref.ShortName} with what the repository that it was forked from has by then, which cannot be known"
            : $"update {asked.Ref.ShortName} with a fix that code scanning makes, which cannot be known";
        return CallEffects.OfMoves(call, state, [RefMove.Unknown(new(asked.Ref, tip, GitOid.Unmade), words)], asked.Body.With());
    }

    private static Outcome<Asked> Read(RestCall call)
    {
        var syncs = call.Route.Id == Sync;
        if (!CallFields.Of(call, syncs ? ["branch"] : ["target_ref", "message"]).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        _ = body.Text("message");
        var name = body.NeedText(syncs ? "branch" : "target_ref");
        return body.Problem is { } problem ? problem
            : (syncs ? RefNames.Branch(name) : RefNames.Full(name)).Succeeded(out var reference, out refusal) ? new Asked(reference, body)
            : refusal;
    }

    private sealed record Asked(RefName Ref, CallFields Body);
}
