using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Lfs.Locks;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>What LFS requests share.</summary>
internal sealed class LfsServices(LfsOptions options, UpstreamOptions upstream, ApprovalLinks links, LockOwners owners, OpaqueInspector inspector, IWriteScanners scanners)
{
    private readonly ByteBudget _held = new(options.MaxHeldBytes);

    public LfsOptions Options => options;

    public UpstreamOptions Upstream => upstream;

    public LockOwners Owners => owners;

    public OpaqueInspector Inspector => inspector;

    public IWriteScanners Scanners => scanners;

    public static Refusal UsedUp(Stage stage) =>
        Refusals.Unavailable(stage, "Too many LFS requests at once; try again.", "the budget for LFS's JSON in memory is used up", TimeSpan.FromSeconds(5));

    /// <summary>An address below the repository's LFS server at the broker, which is the configured one, never one that a request names.</summary>
    public string AddressOf(LfsRoute route, string path) => new Uri(links.Root, $"{route.Repository}.git/info/lfs/{path}").AbsoluteUri;

    /// <summary>Takes room for so many bytes until it is disposed; null when there is none.</summary>
    public IDisposable? Hold(long bytes) => _held.TryTake(bytes) ? new Share(_held, bytes) : null;

    private sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() => budget.GiveBack(Interlocked.Exchange(ref _bytes, 0));
    }
}
