using CursorBroker.Core.Approvals.Snapshots;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>What a push needs beside what it brings.</summary>
internal sealed record PushServices(PushExaminer Examiner, SnapshotBuilder Snapshots, TimeProvider Time);
