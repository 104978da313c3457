using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>
/// The transfer of one object. Its address at the broker is no right: who asks, what the policy says and where the upstream has the object is looked up anew for every transfer, so
/// that nothing of a batch has to be remembered, or could be forged, passed on or used for longer than the policy allows.
/// </summary>
internal abstract class TransferRequest(LfsRoute route, LfsServices services) : LfsRequest(route, services)
{
    private AnsweredObject? _answered;

    protected LfsObject Object => Route.Object ?? throw new InvalidOperationException("A transfer is of an object.");

    protected AnsweredObject Answered => _answered ?? throw new InvalidOperationException("A transfer is verified before it is rebuilt.");

    /// <summary>What the upstream's batch is asked for.</summary>
    protected BatchCall Batch => BatchCall.Of(IsUpload, Object);

    protected abstract bool IsUpload { get; }

    public override async ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken)
    {
        if (!IsUpload && ReadsById(grant) is { } refused)
        {
            return refused;
        }

        var answer = await upstream.ReadAsync<BatchAnswer>(
            UpstreamLfs.Post(upstream.Repository, BatchCall.Path, Batch.Write(), new LfsAnswer(Services, [200])),
            async (body, stop) => (await LfsAnswer.ReadAsync(body.AsStream(leaveOpen: true), Services, stop)).Succeeded(out var members, out var unread)
                ? BatchAnswer.Parse(members, Batch, Services.Upstream)
                : unread,
            cancellationToken);
        if (!answer.Succeeded(out var batch, out var refusal))
        {
            return refusal;
        }

        _answered = batch.Objects[0];
        return _answered.Error is var (code, message)
            ? new Refusal(Stage.Forward, code is 404 or 410 ? RefusalKind.NotFound : code == 422 ? RefusalKind.Unprocessable : RefusalKind.UpstreamFailed, message, $"object error {code}")
            : await PrepareAsync(cancellationToken);
    }

    /// <summary>What is left to look at once it is known where the object goes or comes from.</summary>
    protected virtual ValueTask<Refusal?> PrepareAsync(CancellationToken cancellationToken) => ValueTask.FromResult<Refusal?>(null);

    /// <summary>A request to where the upstream keeps objects, with the headers of its action and those given.</summary>
    protected UpstreamExchange ToStorage(RepositoryIdentity repository, HttpMethod method, LfsAction action, AnswerRules answer, params IEnumerable<KeyValuePair<string, string>> headers) => new()
    {
        Face = UpstreamFace.Storage,
        Method = method,
        PathAndQuery = UpstreamLfs.PathOf(repository, $"objects/{Object}"),
        Target = action.Target,
        Headers = [.. action.Headers, .. headers.Where(header => !action.Headers.Any(own => own.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase)))],
        Answer = answer,
    };

    /// <summary>For what the upstream has already: it is asked once more, on the record, and says so again.</summary>
    protected UpstreamExchange Confirm(RepositoryIdentity repository, byte[] answer) => UpstreamLfs.Post(
        repository,
        BatchCall.Path,
        Batch.Write(),
        new LfsAnswer(Services, [200], (_, members, _) => ValueTask.FromResult<Outcome<byte[]>>(
            !BatchAnswer.Parse(members, Batch, Services.Upstream).Succeeded(out var batch, out var refusal) ? refusal
                : batch.Objects[0] is { Upload: null, Verify: null, Error: null } ? answer
                : LfsAnswer.Failed("GitHub said that it has this object, and then that it has not; try again.", "an object that was there is not"))));
}
