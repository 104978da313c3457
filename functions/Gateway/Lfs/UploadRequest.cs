using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>
/// An object on its way to where the upstream keeps objects. By itself it changes nothing that anybody sees: a push has to name it, and is decided as every push. So it is for
/// whoever may push something here; which ref is for the batch to say.
/// </summary>
internal sealed class UploadRequest(LfsRoute route, Stream body, LfsServices services) : TransferRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.PreparePush(route.Repository)];

    protected override bool IsUpload => true;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => Answered.Upload is not { } action
        ? Confirm(repository, [])
        : ToStorage(
            repository,
            HttpMethod.Put,
            action,
            SentAnswer.Instance,
            new("Content-Length", Object.Size.ToString(CultureInfo.InvariantCulture)),
            new("Content-Type", "application/octet-stream")) with
        {
            Body = new CheckedContent(body, Object),
        };

    protected override async ValueTask<Refusal?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (Answered.Upload is not null)
        {
            return null;
        }

        try
        {
            // It came meanwhile. Whoever is sending it comes to read the answer only at its end.
            await using var content = new CheckedContent(body, Object);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return null;
        }
        catch (BodyRefusedException other)
        {
            return other.Refusal;
        }
    }
}
