namespace CursorBroker.Core.Identity;

/// <summary>What became of a token's claims.</summary>
public abstract record ClaimsOutcome
{
    private ClaimsOutcome()
    {
    }

    /// <summary>They make a caller.</summary>
    /// <param name="Caller">Who.</param>
    public sealed record Mapped(Caller Caller) : ClaimsOutcome;

    /// <summary>They make a caller once the directory has said which groups.</summary>
    /// <param name="Caller">Who; without groups, and so not to be used as it is.</param>
    /// <param name="Question">What to ask; the answer goes to <see cref="ClaimsToCaller.WithGroups"/>.</param>
    public sealed record NeedsGroups(Caller Caller, GroupQuestion Question) : ClaimsOutcome;

    /// <summary>They do not.</summary>
    /// <param name="Failure">Why, as a stable code.</param>
    /// <param name="Detail">Why, for the log and the audit.</param>
    public sealed record Refused(AuthenticationFailure Failure, string Detail) : ClaimsOutcome;
}
