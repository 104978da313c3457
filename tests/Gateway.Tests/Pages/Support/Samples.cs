using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>Approvals to look at.</summary>
internal static class Samples
{
    public const string Old = "1111111111111111111111111111111111111111";
    public const string New = "2222222222222222222222222222222222222222";

    public static PersonId Person(string issuer, string identity) =>
        new(issuer, $"{SandboxDirectory.TenantId}/{SandboxDirectory.Named(identity)!.ObjectId}");

    /// <summary>A push to main that waits for one of the leads.</summary>
    public static Approval Push(string issuer, DateTimeOffset now, string requester = "developer") => new()
    {
        Id = ApprovalId.New(),
        Fingerprint = Fingerprint.TryParse(new string('a', 64), out var fingerprint) ? fingerprint : throw new InvalidOperationException(),
        Requester = new Requester(Person(issuer, requester), SandboxDirectory.Named(requester)!.UserName, CallerKind.Person, "s-1"),
        Target = "acme/payments-api",
        Summary = ["move main from 111111111111 to 222222222222", "2 commits, 3 files"],
        Requirements =
        [
            new ApprovalRequirement("payments", 0, [SandboxDirectory.Leads], 1, ["leads"], TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), "Pushes to main need a lead."),
        ],
        SnapshotSha256 = new string('b', 64),
        Created = now - TimeSpan.FromMinutes(4),
        Expires = now + TimeSpan.FromMinutes(26),
        Valid = TimeSpan.FromMinutes(15),
    };

    public static ApprovalSnapshot Snapshot(params ImmutableArray<SnapshotFile> files) => new()
    {
        Updates =
        [
            new SnapshotUpdate("refs/heads/main", SnapshotUpdateKind.Update, Old, New)
            {
                Commits = [Commit("Round half to even"), Commit("Read the rounding mode from configuration\n\nThe default stays as it was.")],
                Files = files,
            },
        ],
    };

    public static SnapshotCommit Commit(string message) => new(
        New, "Dana Developer", "dana@acme.example", null, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), false, message);

    public static SnapshotFile File(string path, params ImmutableArray<SnapshotLine> lines) => new(path, "100644", "100644", SnapshotContent.Shown)
    {
        Hunks = [new SnapshotHunk(10, 10, lines)],
        Added = lines.Count(static line => line.Kind == '+'),
        Removed = lines.Count(static line => line.Kind == '-'),
    };

    /// <summary>A file whose one changed line is this one.</summary>
    public static SnapshotFile Line(string text) => File("src/a.cs", new SnapshotLine('+', text));
}
