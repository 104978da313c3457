using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>Creating a deployment, which merges the default branch into the deployed one on the way unless told not to. It has to be told; and what is deployed is what the caller may see.</summary>
internal sealed class DeploymentCreation : IChange
{
    private static readonly string[] Fields =
        ["ref", "task", "auto_merge", "required_contexts", "payload", "environment", "description", "transient_environment", "production_environment"];

    public IReadOnlyList<string> Routes { get; } = ["POST /repos/{owner}/{repo}/deployments"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfCall() : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) =>
        Read(call).Succeeded(out var body, out var refusal)
        && (await NamedRef.RefsAsync([body.Text("ref")], state, cancellationToken)).Succeeded(out var refs, out refusal)
        && (await NamedRef.StandsForAsync(body.Text("ref")!, state, cancellationToken)).Succeeded(out var present, out refusal)
            ? CallEffects.OfCallOn(call, refs, body.With()) with { ResolvedState = present }
            : refusal;

    private static Outcome<CallFields> Read(RestCall call)
    {
        if (!CallFields.Of(call, Fields).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        _ = body.NeedText("ref");
        var merges = body.Flag("auto_merge") ?? true;
        return body.Problem is { } problem ? problem
            : merges ? Refusals.NotSupported("A deployment merges the default branch into its ref unless auto_merge is false: send false, and merge on your own where it is wanted.")
            : body;
    }
}
