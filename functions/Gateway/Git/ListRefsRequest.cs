using System.Buffers;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>Protocol v2's <c>ls-refs</c>: the refs, of which the caller gets those it may see.</summary>
internal sealed class ListRefsRequest(GitRoute route, LsRefsRequest parsed, ShownTips tips) : GitRequest(route)
{
    private ShownTipsKey? _key;

    public override IReadOnlyList<Operation> Operations { get; } = [Operation.GitRead(route.Repository)];

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken)
    {
        _key = ByIdReads(grant) ? null : ShownTipsKey.Of(upstream, grant);
        return ValueTask.FromResult<Refusal?>(null);
    }

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var body = new ArrayBufferWriter<byte>();
        parsed.WriteTo(body, UpstreamGit.Agent, askSymrefs: !grant.Visible.IsEverything);
        var visitor = _key is { } key ? new ShownTipsVisitor(tips, key) : null;
        return Post(
            repository,
            new MemoryStream(body.WrittenSpan.ToArray()),
            isV2: true,
            mask => async (upstream, caller, cancellationToken) => await FilteredAnswer.EndAsync(
                await LsRefsFilter.RunAsync(upstream, caller, grant.Visible, parsed.Symrefs, parsed.ObjectFormat, visitor, cancellationToken),
                caller,
                mask,
                cancellationToken));
    }
}
