using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals;

/// <summary>Who counts, and whether they are enough: the same when people decide and when the approval is used.</summary>
public static class Quorums
{
    /// <summary>
    /// True when nobody said no and every requirement has its own quorum of distinct people who were in one of its groups when they decided and are not
    /// the requester. Only groups and numbers count: rules that were renamed or moved void nothing.
    /// </summary>
    public static bool AreMet(IReadOnlyCollection<ApprovalVote> votes, IEnumerable<ApprovalRequirement> requirements, PersonId requester)
    {
        ArgumentNullException.ThrowIfNull(votes);
        return votes.All(static vote => vote.Verdict == ApprovalVerdict.Approve)
            && requirements.All(requirement => Count(votes, requirement, requester) >= Math.Max(1, requirement.Quorum));
    }

    /// <summary>How many distinct people's yes counts for a requirement.</summary>
    public static int Count(IEnumerable<ApprovalVote> votes, ApprovalRequirement requirement, PersonId requester)
    {
        ArgumentNullException.ThrowIfNull(votes);
        ArgumentNullException.ThrowIfNull(requirement);
        var people = new List<PersonId>();
        foreach (var vote in votes)
        {
            if (vote.Verdict == ApprovalVerdict.Approve && MayDecide(vote.Groups, requirement)
                && !AreOnePerson(vote.Person, requester) && !people.Exists(person => AreOnePerson(person, vote.Person)))
            {
                people.Add(vote.Person);
            }
        }

        return people.Count;
    }

    /// <summary>Whether somebody in these groups may decide on a requirement.</summary>
    public static bool MayDecide(IEnumerable<string> groups, ApprovalRequirement requirement)
    {
        ArgumentNullException.ThrowIfNull(requirement);
        return groups.Any(group => requirement.ApproverGroups.Contains(group, StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether two identities have to be taken for one person: an equal subject under another issuer is one, since a tenant may have several issuers (Entra's
    /// v1 and v2 endpoints). Only ever used to count fewer people, never to give anybody a right.
    /// </summary>
    public static bool AreOnePerson(PersonId one, PersonId other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return string.Equals(one.Subject, other.Subject, StringComparison.Ordinal);
    }
}
