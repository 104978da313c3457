using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Creating, moving and deleting a ref by its name. GitHub takes no commit that it must be at before: one that moves meanwhile is moved on if the new commit follows it, and
/// <c>force</c> is sent only where commits are dropped already now.
/// </summary>
internal sealed class RefChange : IChange
{
    private const string Create = "POST /repos/{owner}/{repo}/git/refs";
    private const string Move = "PATCH /repos/{owner}/{repo}/git/refs/{ref}";
    private const string Delete = "DELETE /repos/{owner}/{repo}/git/refs/{ref}";

    public IReadOnlyList<string> Routes { get; } = [Create, Move, Delete];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out var asked, out var refusal)
        ? CallEffects.Outline(call, new RefUpdate(asked.Ref, call.Route.Id == Create ? PresentState.Zero : GitOid.Unmade, asked.New ?? PresentState.Zero))
        : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var asked, out var refusal) || !(await state.TipsAsync([asked.Ref], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        var there = tips[asked.Ref];
        if (there is null != (call.Route.Id == Create))
        {
            return there is null
                ? new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Reference does not exist"), "no such ref")
                : new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Reference already exists"), "the ref is there");
        }

        var update = new RefUpdate(asked.Ref, there ?? PresentState.Zero, asked.New ?? PresentState.Zero);
        return await EffectAsync(call, state, asked, update, tips, cancellationToken);
    }

    private static async ValueTask<Outcome<RestEffect>> EffectAsync(
        RestCall call, PresentState state, Asked asked, RefUpdate update, UpstreamTips tips, CancellationToken cancellationToken)
    {
        if (!(await state.InspectAsync([update], tips, cancellationToken)).Succeeded(out var inspection, out var refusal))
        {
            return refusal;
        }

        var change = inspection.Changes[0];
        if (update.IsDelete)
        {
            return CallEffects.OfMoves(call, state, [RefMove.Of(change, 0)], null);
        }

        if (change.Forced && !asked.Force)
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Update is not a fast forward"), "it drops commits, and force is not asked for");
        }

        if (!(await state.SentForAsync(update.New, tips, cancellationToken)).Succeeded(out var sent, out refusal))
        {
            return refusal;
        }

        var body = update.IsCreate ? asked.Body.With() : asked.Body.With(("force", change.Forced));
        return CallEffects.OfMoves(call, state, [RefMove.Of(change, sent.Count)], body);
    }

    private static Outcome<Asked> Read(RestCall call)
    {
        var creates = call.Route.Id == Create;
        if (!CallFields.Of(call, creates ? ["ref", "sha"] : call.Route.Id == Move ? ["sha", "force"] : []).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        if (!(creates ? RefNames.Full(body.NeedText("ref")) : RefNames.BelowRefs(call.Parameter("ref"))).Succeeded(out var name, out refusal))
        {
            return body.Problem ?? refusal;
        }

        var asked = new Asked(name, call.Route.Id == Delete ? null : body.NeedOid("sha"), body.Flag("force") ?? false, body);
        return body.Problem is { } problem ? problem : asked;
    }

    /// <summary>What is asked.</summary>
    /// <param name="Ref">The ref.</param>
    /// <param name="New">What it shall point at; null to delete it.</param>
    /// <param name="Force">Whether it may drop commits.</param>
    /// <param name="Body">The body.</param>
    private sealed record Asked(RefName Ref, GitOid? New, bool Force, CallFields Body);
}
