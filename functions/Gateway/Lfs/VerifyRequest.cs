using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An upload is done: the upstream is told, where it wants to be, and otherwise asked whether it has the object.</summary>
internal sealed class VerifyRequest(LfsRoute route, LfsServices services) : TransferRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.PreparePush(route.Repository)];

    protected override bool IsUpload => true;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var named = LfsJson.Write(json =>
        {
            json.WriteString("oid", Object.Oid);
            json.WriteNumber("size", Object.Size);
        });
        return Answered.Verify is not { } action
            ? Confirm(repository, "{}"u8.ToArray())
            : ToStorage(
                repository,
                HttpMethod.Post,
                action,
                SentAnswer.Instance,
                new("Accept", LfsMedia.Type),
                new("Content-Type", LfsMedia.Type),
                new("Content-Length", named.Length.ToString(CultureInfo.InvariantCulture))) with
            {
                Body = new MemoryStream(named, writable: false),
            };
    }

    protected override ValueTask<Refusal?> PrepareAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Answered is { Upload: not null, Verify: null }
        ? new Refusal(Stage.Forward, RefusalKind.Unprocessable, new CallerText("GitHub does not have this object."), "still to be uploaded")
        : null);
}
