using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>People, requirements and requests to make approvals of.</summary>
internal static class Approving
{
    public const string Issuer = "https://login.example/v2.0";
    public const string OldIssuer = "https://sts.example/";
    public const string Leads = "payments-leads";
    public const string Security = "security";

    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Valid = TimeSpan.FromMinutes(15);
    public static readonly GitOid Old = GitOid.Parse(new string('1', 40));
    public static readonly GitOid New = GitOid.Parse(new string('2', 40));

    public static readonly Caller Dana = Person("dana", "payments-dev");
    public static readonly Caller Lee = Person("lee", Leads);
    public static readonly Caller Max = Person("max", Leads);
    public static readonly Caller Sam = Person("sam", Security);

    public static PersonId Id(string subject, string issuer = Issuer) => new(issuer, subject);

    public static Caller Person(string subject, params string[] groups) => new()
    {
        Issuer = Issuer,
        Person = Id(subject),
        Kind = CallerKind.Person,
        Client = "pages",
        Groups = [.. groups],
        DisplayName = $"{subject}@example.com",
    };

    public static ApprovalRequirement Requires(string group = Leads, int quorum = 1, string rule = "payments", int entry = 0) =>
        new(rule, entry, [group], quorum, ["leads"], Wait, Valid, "a push to main");

    public static RefUpdate Push(string name = "refs/heads/main", GitOid? to = null) => new(RefName.Parse(name), Old, to ?? New);

    public static Fingerprint Print(long repository = 7, params RefUpdate[] updates) =>
        Fingerprints.OfPush(Dana.Person, repository, updates.Length == 0 ? [Push()] : updates);

    public static ApprovalSnapshot Snapshot { get; } = new()
    {
        Updates =
        [
            new SnapshotUpdate("refs/heads/main", SnapshotUpdateKind.Update, Old.Hex, New.Hex)
            {
                Commits = [new SnapshotCommit(New.Hex, "Dana", "dana@example.com", null, Start, false, "Pay <all> of it")],
                Files =
                [
                    new SnapshotFile("deploy/prod.yaml", "100644", "100644", SnapshotContent.Shown)
                    {
                        Hunks = [new SnapshotHunk(1, 1, [new SnapshotLine('-', "a: 1"), new SnapshotLine('+', "a: 2", Cut: true)])],
                        Added = 1,
                        Removed = 1,
                    },
                ],
            },
        ],
    };

    public static ApprovalRequest Request(Fingerprint? print = null, params ApprovalRequirement[] requirements) => new()
    {
        Fingerprint = print ?? Print(),
        Requester = new Requester(Dana.Person, Dana.DisplayName, CallerKind.Person, "s-1"),
        Target = "acme/payments-api",
        Summary = ["push main 1111111..2222222"],
        Requirements = requirements.Length == 0 ? [Requires()] : [.. requirements],
        Snapshot = static _ => ValueTask.FromResult(Snapshot),
    };

    public static Approval Pending(params ApprovalRequirement[] requirements) => new()
    {
        Id = ApprovalId.New(),
        Fingerprint = Print(),
        Requester = Request().Requester,
        Target = "acme/payments-api",
        Summary = ["push main 1111111..2222222"],
        Requirements = requirements.Length == 0 ? [Requires()] : [.. requirements],
        SnapshotSha256 = new string('0', 64),
        Created = Start,
        Expires = Start + Wait,
        Valid = Valid,
    };

    public static ApprovalEvent.Voted Votes(
        Caller caller, ApprovalVerdict verdict = ApprovalVerdict.Approve, string reason = "", TimeSpan after = default) =>
        new(new ApprovalVote(caller.Person, caller.DisplayName, [.. caller.Groups.Order(StringComparer.Ordinal)], verdict, reason, Start + after), caller.Kind);

    public static Approval Approved(params ApprovalRequirement[] requirements) =>
        Moved(ApprovalMachine.Apply(Pending(requirements), Votes(Lee)), ApprovalStatus.Approved);

    public static Approval Moved(ApprovalStep? step, ApprovalStatus status)
    {
        var moved = Assert.IsInstanceOfType<ApprovalStep.Moved>(step);
        Assert.AreEqual(status, moved.Approval.Status);
        return moved.Approval;
    }

    public static Approval Refused(ApprovalStep? step, ApprovalRefusal reason)
    {
        var refused = Assert.IsInstanceOfType<ApprovalStep.Refused>(step);
        Assert.AreEqual(reason, refused.Reason);
        Assert.AreNotEqual("", refused.Detail);
        return refused.Approval;
    }
}
