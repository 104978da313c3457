using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Git.Packs;
using CursorBroker.Core.Tests.Writes;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>A push into an upstream, both made by hand.</summary>
internal sealed class MadePush(MadeHistory history, params GitOid[] upstreamTips)
{
    private readonly List<RefUpdate> _updates = [];
    private readonly HashSet<GitOid> _has = history.Closure(upstreamTips);
    private MadeUpstream? _upstream;

    public GitOid? DefaultTip { get; init; } = upstreamTips.FirstOrDefault();

    public IReadOnlyCollection<GitOid>? VisibleTips { get; init; }

    public ChangeLimits Limits { get; init; } = new();

    public WriteScanner Scanner { get; init; } = Secrets.Scanner;

    public MadeUpstream Upstream => _upstream ??= new(history, _has);

    /// <summary>What the pack holds beside what the pushed refs need.</summary>
    public List<GitOid> Extra { get; init; } = [];

    /// <summary>What the pack holds instead of what the pushed refs need.</summary>
    public IEnumerable<GitOid>? Only { get; init; }

    public MadePush Update(string name, GitOid? old, GitOid? next)
    {
        var zero = ObjectFormats.Zero(history.Format);
        _updates.Add(new(RefName.Parse(name), old ?? zero, next ?? zero));
        return this;
    }

    public async Task<GitResult<PushInspection>> InspectAsync()
    {
        var news = _updates.Where(static update => !update.IsDelete).Select(static update => update.New).ToArray();
        PackContents? pack = null;
        if (news.Length > 0)
        {
            var read = PackBuilder.Read(history.Pack(Only ?? history.Closure(news).Except(_has).Union(Extra)), history.Format);
            Assert.IsTrue(read.Succeeded, read.Failure?.Message);
            pack = read.Value;
        }

        var push = new ReceivePackRequest { Shallow = [], Updates = [.. _updates], Capabilities = ReceivePackCapabilities.None with { ObjectFormat = history.Format } };
        return await new PushInspector(Upstream, Limits, Scanner).InspectAsync(push, pack, DefaultTip, VisibleTips, CancellationToken.None);
    }

    public async Task<ChangeSet> ChangesAsync()
    {
        var inspection = await InspectAsync();
        Assert.IsTrue(inspection.Succeeded, inspection.Failure?.Message);
        return inspection.Value.Changes.Single();
    }

    public async Task<GitFailure> FailureAsync()
    {
        var inspection = await InspectAsync();
        Assert.IsFalse(inspection.Succeeded, "the push is refused");
        return inspection.Failure;
    }
}
