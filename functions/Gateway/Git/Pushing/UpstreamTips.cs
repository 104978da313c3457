using System.Buffers;
using System.Text;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>Where the upstream's refs stand when a push arrives: the default branch, and what the pusher may see.</summary>
internal sealed class UpstreamTips : IShownRefVisitor
{
    private const string Peeled = "^{}";

    private readonly RefVisibility _visible;
    private readonly HashSet<GitOid> _shown = [];
    private readonly Dictionary<RefName, GitOid?> _pushed;

    private UpstreamTips(IEnumerable<RefUpdate> updates, RefVisibility visible)
    {
        _visible = visible;
        _pushed = updates.ToDictionary(static update => update.Ref, static _ => (GitOid?)null);
    }

    /// <summary>The default branch's tip; null when there is none, as in an empty repository.</summary>
    public GitOid? Default { get; private set; }

    /// <summary>The tips of the refs that the pusher may see, and what annotated tags among them point to.</summary>
    public IReadOnlyCollection<GitOid> Shown => _shown;

    /// <summary>
    /// Whether one of the pushed refs stands where the push says: at its old id, or nowhere. GitHub would refuse it too, but only in the end: until then the push
    /// would be counted, shown and decided as a change from something that the pusher chose.
    /// </summary>
    public bool Holds(RefUpdate update) => _pushed[update.Ref] is { } now ? now == update.Old : update.Old.IsZero;

    /// <summary>Asks the upstream.</summary>
    public static async ValueTask<Outcome<UpstreamTips>> ReadAsync(
        IUpstreamReader upstream, ReceivePackRequest push, RefVisibility visible, CancellationToken cancellationToken)
    {
        var format = push.Capabilities.ObjectFormat;
        var question = new ArrayBufferWriter<byte>();
        LsRefsRequest.Everything(format).WriteTo(question, GitRequest.Agent, askSymrefs: true);
        var exchange = GitRequest.Post(upstream.Repository, GitService.UploadPack, new MemoryStream(question.WrittenSpan.ToArray()), isV2: true);
        return await upstream.ReadAsync<UpstreamTips>(
            exchange,
            async (body, stop) =>
            {
                var tips = new UpstreamTips(push.Updates, visible);
                var outcome = await LsRefsFilter.RunAsync(body, null, RefVisibility.Everything, showSymrefs: false, format, tips, stop);
                return outcome.Failure is not { } failure
                    ? tips
                    : new Refusal(Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's list of refs cannot be read."), failure.Message);
            },
            cancellationToken);
    }

    void IShownRefVisitor.Shown(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name)
    {
        var id = GitOid.Parse(Encoding.ASCII.GetString(oid));
        if (name.SequenceEqual("HEAD"u8))
        {
            Default = id;
            return;
        }

        var text = Encoding.UTF8.GetString(name);
        var isPeeled = text.EndsWith(Peeled, StringComparison.Ordinal);
        if (!RefName.TryParse(isPeeled ? text[..^Peeled.Length] : text, out var reference))
        {
            return;
        }

        if (!isPeeled && _pushed.ContainsKey(reference))
        {
            _pushed[reference] = id;
        }

        if (_visible.Shows(reference))
        {
            _shown.Add(id);
        }
    }
}
