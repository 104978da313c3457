using System.Text.Json.Serialization;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Approvals;

/// <summary>Something that happens to an approval. The names in its stored form are stable.</summary>
/// <param name="At">When.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Voted), "voted")]
[JsonDerivedType(typeof(Cancelled), "cancelled")]
[JsonDerivedType(typeof(TimePassed), "timePassed")]
[JsonDerivedType(typeof(Used), "used")]
[JsonDerivedType(typeof(Overtaken), "overtaken")]
public abstract record ApprovalEvent(DateTimeOffset At)
{
    /// <summary>A person decides.</summary>
    /// <param name="Vote">What.</param>
    /// <param name="Kind">Person, or a workload, which never decides anything.</param>
    public sealed record Voted(ApprovalVote Vote, CallerKind Kind) : ApprovalEvent(Vote.At);

    /// <summary>Somebody takes the request back: only who made it may.</summary>
    /// <param name="Person">Who.</param>
    /// <param name="At">When.</param>
    public sealed record Cancelled(PersonId Person, DateTimeOffset At) : ApprovalEvent(At);

    /// <summary>The time to decide, or to use what was decided, is over. Too early, it changes nothing.</summary>
    /// <param name="At">When.</param>
    public sealed record TimePassed(DateTimeOffset At) : ApprovalEvent(At);

    /// <summary>The approved operation is about to be done.</summary>
    /// <param name="Request">The request that does it.</param>
    /// <param name="At">When.</param>
    public sealed record Used(string Request, DateTimeOffset At) : ApprovalEvent(At);

    /// <summary>It was approved, and the policy as it stands now asks for more than was decided.</summary>
    /// <param name="Reason">What is missing.</param>
    /// <param name="At">When.</param>
    public sealed record Overtaken(string Reason, DateTimeOffset At) : ApprovalEvent(At);
}

/// <summary>What an event did.</summary>
public abstract record ApprovalStep
{
    private ApprovalStep()
    {
    }

    /// <summary>The approval as it is after the event, moved or not, whatever the outcome.</summary>
    public required Approval Approval { get; init; }

    /// <summary>The event took effect.</summary>
    public sealed record Moved : ApprovalStep;

    /// <summary>It did not; nothing changed, but that the time was over already (then <see cref="Approval"/> has expired or lapsed).</summary>
    /// <param name="Reason">Why, as a stable code.</param>
    /// <param name="Detail">Why, for the person who tried.</param>
    public sealed record Refused(ApprovalRefusal Reason, string Detail) : ApprovalStep;
}

/// <summary>Why an event had no effect. Names are stable.</summary>
public enum ApprovalRefusal
{
    /// <summary>It does not wait for people any more.</summary>
    NotPending,

    /// <summary>It is not approved, or was used already.</summary>
    NotApproved,

    /// <summary>The person is the one who asked.</summary>
    OwnRequest,

    /// <summary>The person is in none of the groups that may decide.</summary>
    NotAnApprover,

    /// <summary>The person has decided already.</summary>
    AlreadyVoted,

    /// <summary>A workload, which never decides.</summary>
    NotAPerson,

    /// <summary>A deny needs a reason.</summary>
    ReasonMissing,

    /// <summary>The reason is longer than <see cref="ApprovalVote.MaxReason"/>.</summary>
    ReasonTooLong,

    /// <summary>Only who asked may take it back.</summary>
    NotTheRequester,

    /// <summary>Nothing is due yet.</summary>
    TooEarly,

    /// <summary>What was decided does not satisfy what the policy asks for now.</summary>
    NotEnough,

    /// <summary>What is about to be done is not what was approved.</summary>
    OtherOperation,
}
