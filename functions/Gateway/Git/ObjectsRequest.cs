using System.Buffers;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Git.Fetching;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>A fetch of objects, protocol v0 or v2: a round of negotiation, or the pack.</summary>
internal sealed class ObjectsRequest(GitRoute route, FetchRequest parsed, ShownTips tips, OpaqueInspector inspector) : GitRequest(route)
{
    private FetchRequest? _checked;

    public override IReadOnlyList<Operation> Operations { get; } = [Operation.GitRead(route.Repository)];

    public override bool HasOpaqueBody => true;

    /// <summary>
    /// Holds the fetch to what the caller may see: first to what this session was shown in the last minutes, which spares most fetches a
    /// question and forgives a ref that moved meanwhile, and then to the refs as they are now.
    /// </summary>
    public override async ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken)
    {
        if (grant.Opaque == OpaqueHandling.Inspect && !InspectedFetch.IsPossible(parsed))
        {
            return Refusals.NotSupported("What is fetched here is inspected first, for which git has to take side-bands, as every git does that is not told otherwise.");
        }

        var byIdReads = ByIdReads(grant);
        var shown = new ShownRefs();
        if (!byIdReads)
        {
            shown.Add(await tips.RecallAsync(ShownTipsKey.Of(upstream, grant), cancellationToken));
        }

        var result = FetchGuard.Check(parsed, byIdReads, shown);
        if (!result.Succeeded && !byIdReads)
        {
            if (await ReadTipsAsync(upstream, grant, shown, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            result = FetchGuard.Check(parsed, byIdReads, shown);
        }

        _checked = result.Value;
        return result.Failure is { } failure
            ? new Refusal(Stage.Authorize, RefusalKind.Denied, new CallerText(failure.Message), $"fetch outside what is shown: {failure.Message}")
            : null;
    }

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var request = _checked ?? throw new InvalidOperationException("A fetch is verified before it is rebuilt.");
        var inspection = grant.Opaque == OpaqueHandling.Inspect ? new AnswerInspection() : null;
        request = inspection is null ? request : InspectedFetch.Whole(request);
        var body = new ArrayBufferWriter<byte>();
        request.WriteTo(body, UpstreamGit.Agent);
        return Post(
            repository, new MemoryStream(body.WrittenSpan.ToArray()), request.IsV2, inspection is null ? null : _ => new InspectedFetch(request, inspector, inspection).RunAsync) with
        {
            Inspection = inspection,
        };
    }

    private async ValueTask<Refusal?> ReadTipsAsync(IUpstreamReader upstream, Grant grant, ShownRefs shown, CancellationToken cancellationToken)
    {
        var question = new ArrayBufferWriter<byte>();
        LsRefsRequest.Everything(parsed.ObjectFormat).WriteTo(question, UpstreamGit.Agent, askSymrefs: true);
        var exchange = Post(upstream.Repository, new MemoryStream(question.WrittenSpan.ToArray()), isV2: true);
        var answer = await upstream.ReadAsync<ShownRefs>(
            exchange,
            async (body, stop) =>
            {
                var outcome = await LsRefsFilter.RunAsync(body, null, grant.Visible, showSymrefs: false, parsed.ObjectFormat, shown, stop);
                return outcome.Failure is not { } failure
                    ? shown
                    : new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub's list of refs cannot be read."), failure.Message);
            },
            cancellationToken);
        return answer.Refusal;
    }
}
