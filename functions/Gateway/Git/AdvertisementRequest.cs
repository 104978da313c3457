using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary><c>GET info/refs</c>: what is there, before a fetch or a push. The upstream may answer an older version than was asked for.</summary>
internal sealed class AdvertisementRequest(GitRoute route, bool asksForV2, ShownTips tips) : GitRequest(route)
{
    private ShownTipsKey? _key;

    public override IReadOnlyList<Operation> Operations { get; } = [route.Service == GitService.ReceivePack
        ? Operation.PreparePush(route.Repository)
        : Operation.GitRead(route.Repository)];

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken)
    {
        _key = Route.Service == GitService.UploadPack && !ByIdReads(grant) ? ShownTipsKey.Of(upstream, grant) : null;
        return ValueTask.FromResult<Refusal?>(null);
    }

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var name = GitServices.NameOf(Route.Service);
        var type = $"application/x-{name}-advertisement";
        var rules = new AdvertisementRules(Route.Service, grant.Visible, UpstreamGit.Agent) { ByIdReads = ByIdReads(grant) };
        var visitor = _key is { } key ? new ShownTipsVisitor(tips, key) : null;
        return new()
        {
            Face = UpstreamFace.Git,
            Method = HttpMethod.Get,
            PathAndQuery = $"{UpstreamGit.PathOf(repository)}/info/refs?service={name}",
            Headers = [new("Accept", type), .. UpstreamGit.Version(asksForV2 && Route.Service == GitService.UploadPack)],
            Answer = new TypedAnswer(type, AnswerForm.Framed)
            {
                Masking = mask => async (upstream, caller, cancellationToken) =>
                    await FilteredAnswer.EndAsync(await AdvertisementFilter.RunAsync(upstream, caller, rules, visitor, cancellationToken), caller, mask, cancellationToken),
            },
        };
    }
}
