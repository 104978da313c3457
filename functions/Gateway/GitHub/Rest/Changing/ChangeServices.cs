using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>What looking into a call takes.</summary>
internal sealed record ChangeServices(SpoolBudget Spools, InspectionTurns Turns, InspectionOptions Options, SnapshotBuilder Snapshots, IWriteScanners Scanners);
