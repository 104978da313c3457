using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>A call that reads contents or moves refs: what it comes to is looked up before it is decided.</summary>
internal sealed class ExaminedRestRequest(RestCall call, RestInput input, RestServices services, IRestExaminer examiner, IReadOnlyList<Operation> outline)
    : RestRequest(call, input, services)
{
    private RestEffect? _effect;

    public override IReadOnlyList<Operation> Operations { get; } = input.Secrets.In(outline);

    public override bool IsEffectPending => true;

    public override PermissionSet ExaminePermissions => examiner.LookUpPermissions(Call);

    public override ImmutableArray<string> Summary => Effect.Summary.IsEmpty ? base.Summary : Effect.Summary;

    protected override string ResolvedState => Effect.ResolvedState;

    protected override JsonNode? Json => Effect.Body ?? base.Json;

    protected override Action<JsonNode, Grant>? Edit => Effect.Edit;

    protected override ImmutableDictionary<string, string> Parameters => Effect.Parameters ?? base.Parameters;

    protected override ImmutableArray<KeyValuePair<string, string>> Query => Effect.Query ?? base.Query;

    private RestEffect Effect => _effect ?? throw new InvalidOperationException("A call is examined before anything is done with it.");

    public override IReadOnlyList<Operation>? KnownFor(Preview preview) => (_effect = examiner.KnownFor(Call, preview)) is { } effect ? Secrets.In(effect.Operations) : null;

    public override async ValueTask<Outcome<IReadOnlyList<Operation>>> ExamineAsync(IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        if (!(await examiner.ExamineAsync(Call, upstream, preview, cancellationToken)).Succeeded(out var effect, out var refusal))
        {
            return refusal;
        }

        _effect = effect;
        return Outcome<IReadOnlyList<Operation>>.Of(Secrets.In(effect.Operations));
    }

    public override async ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        Effect.Verify?.Invoke(grant) ?? await base.VerifyAsync(upstream, grant, cancellationToken);

    public override async ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        RequestSnapshots.Add(Effect.Snapshot is { } snapshot ? await snapshot(cancellationToken) : new ApprovalSnapshot(), SnapshotOfRequest());
}
