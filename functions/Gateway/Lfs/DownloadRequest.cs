using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An object, or the rest of it, on its way to the caller.</summary>
internal sealed class DownloadRequest(LfsRoute route, string? range, LfsServices services) : TransferRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.GitRead(route.Repository)];

    public override bool HasOpaqueBody => true;

    protected override bool IsUpload => false;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        // A part of an object says nothing of the whole: it is looked into, and handed out, from its beginning to its end, as a server may that was asked for a part.
        var inspection = grant.Opaque == OpaqueHandling.Inspect ? new AnswerInspection() : null;
        var asked = inspection is null ? range : null;
        var answer = new ObjectAnswer(Object, asked is not null);
        return ToStorage(
            repository,
            HttpMethod.Get,
            Answered.Download ?? throw new InvalidOperationException("A download has an address."),
            inspection is null ? answer : new InspectedAnswer(answer, $"LFS object {Object.Oid}", Services.Inspector, inspection),
            asked is null ? [] : [new("Range", asked)]) with
        {
            Inspection = inspection,
        };
    }
}
