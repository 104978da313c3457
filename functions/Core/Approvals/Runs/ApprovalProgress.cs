using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>How an approval stands, without what never changes: what an orchestration shows, within its limit.</summary>
internal sealed record ApprovalProgress
{
    /// <summary>
    /// Most characters of its wire form. Durable Functions' limit for a custom status is 16 KB of UTF-16, and the wire form is quoted there.
    /// </summary>
    public const int MaxWire = 8000;

    public required ApprovalStatus Status { get; init; }

    public required ImmutableArray<ApprovalVote> Votes { get; init; }

    public DateTimeOffset? Settled { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public string? EndReason { get; init; }

    public string? UsedBy { get; init; }

    /// <summary>What the last events came to, oldest first.</summary>
    public required ImmutableArray<ApprovalOutcome> Outcomes { get; init; }

    /// <summary>Whether there were more.</summary>
    public required bool Forgot { get; init; }

    /// <summary>Whether it is small enough to be shown.</summary>
    [JsonIgnore]
    public bool Fits => ApprovalWire.Progress(this).Length <= MaxWire;

    public static ApprovalProgress Of(ApprovalFlow flow) => new()
    {
        Status = flow.Approval.Status,
        Votes = flow.Approval.Votes,
        Settled = flow.Approval.Settled,
        Ended = flow.Approval.Ended,
        EndReason = flow.Approval.EndReason,
        UsedBy = flow.Approval.UsedBy,
        Outcomes = flow.Outcomes,
        Forgot = flow.Forgot,
    };

    /// <summary>The whole approval again.</summary>
    public Approval Onto(Approval opened) => opened with
    {
        Status = Status,
        Votes = Votes,
        Settled = Settled,
        Ended = Ended,
        EndReason = EndReason,
        UsedBy = UsedBy,
    };
}

/// <summary>What an event came to. With the approval as it stands it makes a step.</summary>
/// <param name="Id">The event's.</param>
/// <param name="Reason">Why it had no effect; null when it had.</param>
/// <param name="Detail">Why, for the person who tried; null when it had an effect.</param>
internal sealed record ApprovalOutcome([property: JsonRequired] string Id, ApprovalRefusal? Reason, string? Detail)
{
    public static ApprovalOutcome Of(string id, ApprovalStep step) =>
        step is ApprovalStep.Refused refused ? new(id, refused.Reason, refused.Detail) : new(id, null, null);

    public ApprovalStep Step(Approval now) => Reason is { } reason
        ? new ApprovalStep.Refused(reason, Detail ?? "") { Approval = now }
        : new ApprovalStep.Moved { Approval = now };
}

/// <summary>An event with the id that its outcome is found by.</summary>
internal sealed record ApprovalHappened([property: JsonRequired] string Id, [property: JsonRequired] ApprovalEvent Event);

/// <summary>What is to be told.</summary>
/// <param name="Approval">The approval as it was then.</param>
/// <param name="Told">The status that was told last; null when not even that it was opened.</param>
internal sealed record ApprovalOrder([property: JsonRequired] Approval Approval, ApprovalStatus? Told);
