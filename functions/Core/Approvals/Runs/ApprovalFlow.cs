using System.Collections.Immutable;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// An approval on its way, as an orchestration carries it: a pure value that <see cref="ApprovalMachine"/> moves. Nothing here looks at a clock or anywhere else,
/// so that a replay comes to the same.
/// </summary>
internal sealed record ApprovalFlow
{
    /// <summary>How many outcomes are kept for those who wait for them.</summary>
    public const int MaxOutcomes = 10;

    /// <summary>The first wait before telling again; it doubles up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private ApprovalFlow(Approval approval) => Approval = approval;

    public Approval Approval { get; private init; }

    /// <summary>The last status that was told; null when not even that it was opened.</summary>
    public ApprovalStatus? Told { get; private init; }

    public bool Reminded { get; private init; }

    public ImmutableArray<ApprovalOutcome> Outcomes { get; private init; } = [];

    /// <summary>Whether outcomes were dropped to keep <see cref="Outcomes"/> short.</summary>
    public bool Forgot { get; private init; }

    /// <summary>How often telling has failed in a row, and when to try again.</summary>
    public int Failures { get; private init; }

    public DateTimeOffset NotBefore { get; private init; }

    public static ApprovalFlow Of(Approval opened) => new(opened);

    public ApprovalProgress Progress => ApprovalProgress.Of(this);

    public bool IsTold => Told == Approval.Status;

    /// <summary>Nothing comes any more.</summary>
    public bool IsOver => Approval.Ended is not null && IsTold;

    public bool MustTell(DateTimeOffset now) => !IsTold && now >= NotBefore;

    public bool MustRemind(DateTimeOffset now) => MayRemind && now >= HalfWay;

    /// <summary>When to look again though nothing is sent; null for never. While something is being told, that is not waited for.</summary>
    public DateTimeOffset? Due(bool telling)
    {
        DateTimeOffset?[] moments =
        [
            Approval.Status == ApprovalStatus.Pending ? Approval.Expires : null,
            MayRemind && !telling ? HalfWay : null,
            Approval.Status == ApprovalStatus.Approved ? Approval.UsableUntil : null,
            !IsTold && !telling ? NotBefore : null,
        ];
        return moments.Min();
    }

    /// <summary>What time alone does.</summary>
    public ApprovalFlow At(DateTimeOffset now) => this with { Approval = ApprovalMachine.AsOf(Approval, now) };

    /// <summary>What an event does. One that was seen before does nothing: a message may come twice.</summary>
    public ApprovalFlow After(ApprovalHappened happened)
    {
        if (Outcomes.Any(outcome => outcome.Id == happened.Id))
        {
            return this;
        }

        var step = ApprovalMachine.Apply(Approval, happened.Event);
        var next = Remember(step, happened.Id);
        return next.Progress.Fits ? next : Remember(TooMuch(happened.Event), happened.Id);
    }

    /// <summary>What telling came to.</summary>
    public ApprovalFlow AfterTelling(ApprovalStatus what, bool all, DateTimeOffset now)
    {
        if (all)
        {
            return this with { Told = what, Failures = 0, NotBefore = default };
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(Failures, 10));
        return this with { Failures = Failures + 1, NotBefore = now + (pause < LongestPause ? pause : LongestPause) };
    }

    /// <summary>At most once, whatever comes of it.</summary>
    public ApprovalFlow AfterReminding() => this with { Reminded = true };

    private bool MayRemind => !Reminded && IsTold && Approval.Status == ApprovalStatus.Pending;

    private DateTimeOffset HalfWay => Approval.Created + ((Approval.Expires - Approval.Created) / 2);

    private ApprovalFlow Remember(ApprovalStep step, string id) => this with
    {
        Approval = step.Approval,
        Forgot = Forgot || Outcomes.Length >= MaxOutcomes,
        Outcomes = [.. Outcomes.Skip(Outcomes.Length - MaxOutcomes + 1), ApprovalOutcome.Of(id, step)],
    };

    // Time still counts: what is over is over.
    private ApprovalStep.Refused TooMuch(ApprovalEvent happened) => new(
        ApprovalRefusal.ReasonTooLong, "With this the approval would hold more than can be kept of it. Give a shorter reason.")
    {
        Approval = ApprovalMachine.AsOf(Approval, happened.At),
    };
}
