using System.Globalization;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
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

    private AddedSecrets Added { get; set; }

    public override ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        Added = policy.Masking.Added;
        return base.ResolveAsync(caller, policy, cancellationToken);
    }

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
            Body = Checked(),
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
            await using var content = Checked();
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return null;
        }
        catch (BodyRefusedException other)
        {
            return other.Refusal;
        }
    }

    // What its file held before is not known here: a pointer tells that, and it comes later. So every secret counts as added.
    private CheckedContent Checked() =>
        new(new LookedThrough(body, Object.Size, Services.Scanners.Current, $"LFS object {Object.Oid[..7]}", Added), Object);
}
