using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An object, or the rest of it, on its way to the caller.</summary>
internal sealed class DownloadRequest(LfsRoute route, string? range, LfsServices services) : TransferRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } = [Operation.GitRead(route.Repository)];

    public override bool HasOpaqueBody => true;

    protected override bool IsUpload => false;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => ToStorage(
        repository,
        HttpMethod.Get,
        Answered.Download ?? throw new InvalidOperationException("A download has an address."),
        new ObjectAnswer(Object, range is not null),
        range is null ? [] : [new("Range", range)]);
}
