using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What REST calls need beside the call.</summary>
internal sealed record RestServices(
    RestOptions Options, RestBudget Budget, UpstreamOptions Upstream, UpstreamUrls Urls, RequestSnapshots Snapshots, OpaqueInspector Inspector, IWriteScanners Scanners);
