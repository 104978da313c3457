using System.Collections.Immutable;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>A push whose pack was received and read: what it changes, and everything needed to look closer and to send it on.</summary>
internal sealed class ExaminedPush(SpoolFile spool, UpstreamObjects upstream) : IDisposable
{
    /// <summary>The pack as it was sent; empty for a push that only deletes.</summary>
    public SpoolFile Spool => spool;

    /// <summary>What the pack lacks.</summary>
    public UpstreamObjects Upstream => upstream;

    /// <summary>The pack's objects.</summary>
    public IObjectSource Pack { get; set; } = NoObjects.Instance;

    /// <summary>What each of its updates does, in the push's order.</summary>
    public ImmutableArray<ChangeSet> Changes { get; set; } = [];

    public void Dispose()
    {
        upstream.Dispose();
        spool.Dispose();
    }
}
