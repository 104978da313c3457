using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Opening a pull request. It moves no branch, but everybody who reads the repository's pull requests reads what is on its head from then on: so the head is one of this
/// repository, and one that the caller may see. So is the base: the answer says where it stands, and the pull request what it lacks.
/// </summary>
internal sealed class PullRequestOpening : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["POST /repos/{owner}/{repo}/pulls"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfCall() : refusal;

    public ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) => ValueTask.FromResult(
        !Read(call).Succeeded(out var asked, out var refusal) ? refusal
        : !state.Shows(asked.Head) ? new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Head does not exist"), "a hidden branch")
        : !state.Shows(asked.Base) ? new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Base does not exist"), "a hidden branch")
        : (Outcome<RestEffect>)CallEffects.OfCall(call, asked.Body.With(("head", asked.Head.ShortName))));

    private static Outcome<Asked> Read(RestCall call)
    {
        if (!CallFields.Of(call, "title", "head", "head_repo", "base", "body", "maintainer_can_modify", "draft", "issue").Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        var (head, into, place) = (body.NeedText("head"), body.NeedText("base"), body.Text("head_repo"));
        if (body.Problem is { } problem)
        {
            return problem;
        }

        // "owner:branch" names the owner's repository of this network, which may be this one.
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var isHere = (colon < 0 || head[..colon].Equals(call.Repository.Owner, StringComparison.OrdinalIgnoreCase))
            && (place is null || place.Equals(call.Repository.Name, StringComparison.OrdinalIgnoreCase));
        if (!isHere)
        {
            return Refusals.NotSupported("The head is in another repository; a pull request from there is opened by whoever may read it there.");
        }

        return RefNames.Branch(head[(colon + 1)..]).Succeeded(out var branch, out refusal) && RefNames.Branch(into).Succeeded(out var onto, out refusal)
            ? new Asked(branch, onto, body)
            : refusal;
    }

    private sealed record Asked(RefName Head, RefName Base, CallFields Body);
}
