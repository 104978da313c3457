namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// Somebody may be in hundreds of groups, and a run has little room. Those that may decide on this approval are kept, and of the others what fits: should the
/// policy ask for one of those left out by the time it is used, the vote does not count and the approval lapses.
/// </summary>
internal static class VoteThatFits
{
    /// <summary>Most characters of groups that may not decide.</summary>
    public const int MaxOthers = 500;

    public static ApprovalEvent Of(ApprovalEvent happened, Approval approval)
    {
        if (happened is not ApprovalEvent.Voted voted)
        {
            return happened;
        }

        var room = MaxOthers;
        var kept = voted.Vote.Groups.Where(group => MayDecide(group, approval) || (room -= group.Length) >= 0);
        return voted with { Vote = voted.Vote with { Groups = [.. kept] } };
    }

    private static bool MayDecide(string group, Approval approval) => approval.Requirements.Any(requirement => Quorums.MayDecide([group], requirement));
}
