using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>Answers as told, in order, and fails the test at any question that nobody scripted.</summary>
internal sealed class FakeDesk : IApprovalDesk
{
    public static readonly ApprovalLinks Links = new(static () => new Uri("https://broker.example.com/"));

    public static readonly ApprovalId Id = ApprovalId.New();

    /// <summary>What opening finds, one after the other; the last one again and again.</summary>
    public Queue<Approval> Opened { get; } = [];

    /// <summary>What somebody who waits finds, one after the other; the last one again and again.</summary>
    public Queue<Approval> Found { get; } = [];

    /// <summary>What taking it answers, one after the other.</summary>
    public Queue<ApprovalStep?> Uses { get; } = [];

    public List<ApprovalRequest> Requests { get; } = [];

    public List<(ApprovalId Id, Fingerprint Fingerprint, ImmutableArray<ApprovalRequirement> Required, string Request)> Used { get; } = [];

    public Action OnUse { get; set; } = static () => { };

    public static Approval Make(ApprovalStatus status, params ApprovalVote[] votes) => new()
    {
        Id = Id,
        Fingerprint = Fingerprint.TryParse(new string('a', 64), out var made) ? made : throw new InvalidOperationException(),
        Requester = new Requester(PipelineHarness.Developer.Person, "Dev One", CallerKind.Person, "s-1"),
        Target = "acme/payments-api",
        Summary = ["update refs/heads/main"],
        Requirements = [new("payments", 0, ["leads"], 1, [], TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), "it moves refs/heads/main")],
        SnapshotSha256 = new string('b', 64),
        Created = DateTimeOffset.UnixEpoch,
        Expires = DateTimeOffset.UnixEpoch.AddMinutes(30),
        Valid = TimeSpan.FromMinutes(15),
        Status = status,
        Votes = [.. votes],
    };

    public static ApprovalVote Vote(ApprovalVerdict verdict, string reason) =>
        new(new PersonId("https://id.example.com", "lead-1"), "Lena Lead", ["leads"], verdict, reason, DateTimeOffset.UnixEpoch);

    public ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return ValueTask.FromResult(Next(Opened, "opened"));
    }

    public ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        Assert.AreEqual(Id, id);
        return ValueTask.FromResult<Approval?>(Next(Found, "looked up"));
    }

    public ValueTask<ApprovalStep?> UseAsync(
        ApprovalId id, Fingerprint fingerprint, IReadOnlyList<ApprovalRequirement> required, string request, CancellationToken cancellationToken)
    {
        OnUse();
        Used.Add((id, fingerprint, [.. required], request));
        return ValueTask.FromResult(Uses.TryDequeue(out var step) ? step : throw new InvalidOperationException("Nobody expected a use."));
    }

    public ValueTask<ApprovalSnapshot?> ReadSnapshotAsync(Approval approval, CancellationToken cancellationToken) => throw new InvalidOperationException("The pipeline reads no snapshot.");

    public ValueTask<ApprovalStep?> VoteAsync(ApprovalId id, Caller approver, ApprovalVerdict verdict, string reason, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The pipeline decides nothing.");

    public ValueTask<ApprovalStep?> CancelAsync(ApprovalId id, Caller requester, CancellationToken cancellationToken) => throw new InvalidOperationException("The pipeline cancels nothing.");

    public IAsyncEnumerable<Approval> ListAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The pipeline lists nothing.");

    private static Approval Next(Queue<Approval> answers, string what) => answers switch
    {
        { Count: > 1 } => answers.Dequeue(),
        { Count: 1 } => answers.Peek(),
        _ => throw new InvalidOperationException($"Nobody expected that an approval is {what}."),
    };
}

/// <summary>A request that people can be asked about.</summary>
internal sealed class TestApprovable : IApprovable
{
    public static readonly Fingerprint Print = Fingerprint.TryParse(new string('c', 64), out var made) ? made : throw new InvalidOperationException();

    public Func<HttpContext, IWaitingCaller>? Waiting { get; init; }

    public ImmutableArray<string> Summary => ["update refs/heads/main"];

    public Fingerprint FingerprintFor(PersonId person, Core.Operations.TargetIdentity target) =>
        person == PipelineHarness.Developer.Person && target is Core.Operations.RepositoryIdentity { Id: 7 } ? Print : throw new InvalidOperationException("for somebody else, or something else");

    public ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The desk asks for it, and this one does not.");

    public IWaitingCaller? WaitOn(HttpContext context) => Waiting?.Invoke(context);
}
