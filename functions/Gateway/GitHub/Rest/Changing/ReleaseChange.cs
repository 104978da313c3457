using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Releases. Publishing one makes its tag where there is none, at <c>target_commitish</c>: the commit that was looked at is sent in its place, also where the tag is there already, so
/// that one that goes away meanwhile is made anew as it was. A draft makes no tag, and deleting a release leaves its tag. Which tag and whether it is a draft is sent along too, asked or not:
/// another edit may change both the moment before. A release speaks for its tag, so that whoever publishes, edits or deletes one may push that tag, and the one that it is taken away from.
/// </summary>
internal sealed class ReleaseChange : IChange
{
    private const string Create = "POST /repos/{owner}/{repo}/releases";
    private const string Edit = "PATCH /repos/{owner}/{repo}/releases/{release_id}";
    private const string Delete = "DELETE /repos/{owner}/{repo}/releases/{release_id}";

    private static readonly string[] Fields =
        ["tag_name", "target_commitish", "name", "body", "draft", "prerelease", "discussion_category_name", "generate_release_notes", "make_latest"];

    public IReadOnlyList<string> Routes { get; } = [Create, Edit, Delete];

    public PermissionSet LookUpPermissions(RestCall call) => ReleaseLookup.Permissions;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfCall() : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!Read(call).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        if (call.Route.Id == Delete)
        {
            return (await ReleaseLookup.ReadAsync(call, state, cancellationToken)).Succeeded(out var there, out refusal)
                ? CallEffects.OfCallFor(call, ReleaseLookup.TagOf(there), null)
                : refusal;
        }

        if (!(await PlanAsync(call, state, body, cancellationToken)).Succeeded(out var plan, out refusal))
        {
            return refusal;
        }

        if (!(plan.IsDraft ? Draft(call, state, body, plan) : await PublishAsync(call, state, body, plan, cancellationToken)).Succeeded(out var effect, out refusal))
        {
            return refusal;
        }

        // Notes are written from what was merged, up to wherever GitHub finds the release before.
        var reads = body.Flag("generate_release_notes") == true ? [Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall() with { Reads = new ContentRead(null, []) })] : (Operation[])[];
        return effect with { Operations = [.. effect.Operations, .. plan.IsOut ? [Operation.PreparePush(call.Repository, plan.Present)] : (Operation[])[], .. reads] };
    }

    /// <summary>A draft makes no tag, and its target is looked at when it is published; until then it is one that the caller may see.</summary>
    private static Outcome<RestEffect> Draft(RestCall call, PresentState state, CallFields body, Plan plan) =>
        plan.Target is { Length: > 0 } target && !GitOid.TryParse(target, out _) && !(RefNames.Branch(target).Succeeded(out var branch, out _) && state.Shows(branch))
            ? NoTarget()
            : CallEffects.OfCall(call, body.With(("draft", true)));

    private static Refusal NoTarget() => new(Stage.Examine, RefusalKind.NotFound, new CallerText("target_commitish is not a branch or a commit"), "no such branch, or a hidden one");

    /// <summary>What the release will be: what is there, with what the call changes.</summary>
    private static async ValueTask<Outcome<Plan>> PlanAsync(RestCall call, PresentState state, CallFields body, CancellationToken cancellationToken)
    {
        var there = new Answered(null);
        if (call.Route.Id == Edit)
        {
            if (!(await ReleaseLookup.ReadAsync(call, state, cancellationToken)).Succeeded(out there, out var refusal))
            {
                return refusal;
            }

            if (there.Text("tag_name") is null || there.Flag("draft") is null)
            {
                return PresentState.Unreadable("the release", "no tag_name or draft");
            }
        }

        return new Plan(
            body.Text("tag_name") ?? there.Text("tag_name") ?? "",
            body.Text("target_commitish") ?? there.Text("target_commitish"),
            body.Flag("draft") ?? there.Flag("draft") ?? false,
            call.Route.Id == Edit && there.Flag("draft") == false,
            ReleaseLookup.TagOf(there));
    }

    private static async ValueTask<Outcome<RestEffect>> PublishAsync(RestCall call, PresentState state, CallFields body, Plan plan, CancellationToken cancellationToken)
    {
        if (!RefNames.Tag(plan.Tag).Succeeded(out var tag, out var refusal))
        {
            return refusal;
        }

        GitOid? commit = null;
        RefName? branch = null;
        if (string.IsNullOrEmpty(plan.Target))
        {
            if (!(await state.DefaultBranchAsync(cancellationToken)).Succeeded(out branch, out refusal))
            {
                return refusal;
            }
        }
        else if (!GitOid.TryParse(plan.Target, out commit) && !RefNames.Branch(plan.Target).Succeeded(out branch, out refusal))
        {
            return refusal;
        }

        if (!(await state.TipsAsync(branch is null ? [tag] : [tag, branch], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[tag] is { } there)
        {
            return CallEffects.OfCallFor(call, tag, BodyAt(body, tag, tips.CommitOf(tag) ?? there)) with { ResolvedState = $"{tag} {there.Hex}" };
        }

        // A branch that is hidden and one that is not there are told apart nowhere.
        commit ??= state.Shows(branch!) ? tips[branch!] : null;
        return commit is null
            ? NoTarget()
            : await TagAsync(call, state, body, new RefUpdate(tag, PresentState.Zero, commit), tips, cancellationToken);
    }

    private static async ValueTask<Outcome<RestEffect>> TagAsync(
        RestCall call, PresentState state, CallFields body, RefUpdate update, UpstreamTips tips, CancellationToken cancellationToken)
    {
        if (!(await state.InspectAsync([update], tips, cancellationToken)).Succeeded(out var inspection, out var refusal)
            || !(await state.SentForAsync(update.New, tips, cancellationToken)).Succeeded(out var sent, out refusal))
        {
            return refusal;
        }

        return CallEffects.OfMoves(call, state, [RefMove.Of(inspection.Changes[0], sent.Count)], BodyAt(body, update.Ref, update.New));
    }

    private static JsonObject BodyAt(CallFields body, RefName tag, GitOid commit) =>
        body.With(("tag_name", tag.ShortName), ("target_commitish", commit.Hex), ("draft", false));

    private static Outcome<CallFields> Read(RestCall call)
    {
        if (!CallFields.Of(call, call.Route.Id == Delete ? [] : Fields).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        var tag = call.Route.Id == Create ? body.NeedText("tag_name") : body.Text("tag_name");
        _ = (body.Text("target_commitish"), body.Flag("draft"));
        return body.Problem is { } problem ? problem
            : tag is not null && !RefNames.Tag(tag).Succeeded(out _, out refusal) ? refusal
            : body;
    }

    /// <summary>What a release will be.</summary>
    /// <param name="Tag">Its tag.</param>
    /// <param name="Target">Where that is made; null for the default branch.</param>
    /// <param name="IsDraft">Whether it stays, or becomes, a draft.</param>
    /// <param name="IsOut">Whether it is out now, and speaks for <paramref name="Present"/>.</param>
    /// <param name="Present">The tag that it has now; null where there is none.</param>
    private sealed record Plan(string Tag, string? Target, bool IsDraft, bool IsOut, RefName? Present);
}
