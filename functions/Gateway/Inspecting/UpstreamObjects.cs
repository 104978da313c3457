using System.Buffers;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Fetches objects that only the upstream has, a pack at a time, with the credential of the examination that needs them.</summary>
internal sealed class UpstreamObjects(IUpstreamReader upstream, ObjectFormat? format, SpoolBudget budget, InspectionOptions options) : IUpstreamObjects, IDisposable
{
    private readonly List<SpoolFile> _spools = [];
    private readonly List<PackContents> _packs = [];

    /// <summary>What the upstream's last failure amounts to; null when it only had nothing to give.</summary>
    public Refusal? Refusal { get; private set; }

    public ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(
        IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken) =>
        FetchAsync(FetchRequest.ForHistory(wants, haves, format), cancellationToken);

    public ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken) =>
        FetchAsync(FetchRequest.ForObjects(ids, format), cancellationToken);

    public void Dispose()
    {
        foreach (var spool in _spools)
        {
            spool.Dispose();
        }
    }

    private async ValueTask<GitResult<IObjectSource>> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var question = new ArrayBufferWriter<byte>();
        request.WriteTo(question, UpstreamGit.Agent);
        var spool = budget.Open();
        _spools.Add(spool);
        GitFailure? failure = null;
        var answer = await upstream.ReadAsync<SpoolFile>(
            UpstreamGit.Post(upstream.Repository, GitService.UploadPack, new MemoryStream(question.WrittenSpan.ToArray()), isV2: true),
            async (body, stop) =>
            {
                failure = (await FetchAnswer.ReadAsync(body, spool.AppendAsync, options.MaxSpooledBytes, cut: request.Deepen is not null, stop)).Failure;
                return spool;
            },
            cancellationToken);
        if (!answer.Succeeded(out _, out var refusal))
        {
            Refusal = refusal;
            return new GitFailure(GitFailureKind.UpstreamRefused, refusal.Message.Value);
        }

        if (failure is not null)
        {
            return failure;
        }

        var pack = PackContents.Read(spool, format ?? ObjectFormat.Sha1, options.Pack, cancellationToken);
        if (!pack.Succeeded)
        {
            return pack.Failure;
        }

        // Each fetch is the next level of directories, and there may be hundreds: what the levels before keep at hand is hardly asked for again.
        _packs.ForEach(static earlier => earlier.Forget());
        _packs.Add(pack.Value);
        return GitResult<IObjectSource>.Of(pack.Value);
    }
}
