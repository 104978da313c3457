using System.Buffers;
using System.Text;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Where the upstream's refs stand when a change arrives: the default branch, the refs that are to move, and what the caller may see.</summary>
internal sealed class UpstreamTips : IShownRefVisitor
{
    private const string Peeled = "^{}";

    private readonly RefVisibility _visible;
    private readonly HashSet<GitOid> _shown = [];
    private readonly Dictionary<RefName, GitOid?> _moved;
    private readonly Dictionary<RefName, GitOid> _peeled = [];

    private UpstreamTips(IEnumerable<RefName> refs, RefVisibility visible)
    {
        _visible = visible;
        _moved = refs.ToDictionary(static name => name, static _ => (GitOid?)null);
    }

    /// <summary>The default branch's tip; null when there is none, as in an empty repository.</summary>
    public GitOid? Default { get; private set; }

    /// <summary>The tips of the refs that the caller may see, and what annotated tags among them point to.</summary>
    public IReadOnlyCollection<GitOid> Shown => _shown;

    /// <summary>Whether the repository has no ref at all.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>
    /// Whether one of the pushed refs stands where the push says: at its old id, or nowhere. GitHub would refuse it too, but only in the end: until then the push
    /// would be counted, shown and decided as a change from something that the pusher chose.
    /// </summary>
    public bool Holds(RefUpdate update) => _moved[update.Ref] is { } now ? now == update.Old : update.Old.IsZero;

    /// <summary>Where one of the refs asked about points now; null when there is no such ref.</summary>
    public GitOid? this[RefName name] => _moved[name];

    /// <summary>The commit that one of them leads to, through annotated tags; null when there is no such ref.</summary>
    public GitOid? CommitOf(RefName name) => _peeled.GetValueOrDefault(name) ?? _moved[name];

    /// <summary>Asks the upstream.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="refs">The refs that are to move; each once.</param>
    /// <param name="format">The hash of the repository, where the request named one.</param>
    /// <param name="visible">What the caller may see.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<Outcome<UpstreamTips>> ReadAsync(
        IUpstreamReader upstream, IReadOnlyCollection<RefName> refs, ObjectFormat? format, RefVisibility visible, CancellationToken cancellationToken)
    {
        var question = new ArrayBufferWriter<byte>();
        LsRefsRequest.Everything(format).WriteTo(question, UpstreamGit.Agent, askSymrefs: true);
        var exchange = UpstreamGit.Post(upstream.Repository, GitService.UploadPack, new MemoryStream(question.WrittenSpan.ToArray()), isV2: true);
        return await upstream.ReadAsync<UpstreamTips>(
            exchange,
            async (body, stop) =>
            {
                var tips = new UpstreamTips(refs, visible);
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
        IsEmpty = false;
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

        if (_moved.ContainsKey(reference))
        {
            if (isPeeled)
            {
                _peeled[reference] = id;
            }
            else
            {
                _moved[reference] = id;
            }
        }

        if (_visible.Shows(reference))
        {
            _shown.Add(id);
        }
    }
}
