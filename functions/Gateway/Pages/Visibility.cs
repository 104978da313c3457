using CursorBroker.Core.Approvals;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.SignIn;

namespace CursorBroker.Gateway.Pages;

/// <summary>Who sees what. Seeing is all that it gives: the desk decides who may do something.</summary>
internal static class Visibility
{
    /// <summary>Who asked, who may decide, and who runs or audits the broker.</summary>
    public static bool Sees(SignedInPerson person, Approval approval, PolicySet? policy, SignInOptions options) =>
        approval.Requester.Person == person.Person
        || IsApprover(person, approval)
        || (policy?.Roles is { } roles && person.ToCaller(options.ClientId) is var caller && (roles.IsAuditor(caller) || roles.IsAdmin(caller)));

    /// <summary>Whether the person is in a group that decides, and did not ask.</summary>
    public static bool IsApprover(SignedInPerson person, Approval approval) =>
        approval.Requester.Person != person.Person
        && approval.Requirements.Any(requirement => requirement.ApproverGroups.Any(person.Groups.Contains));

    /// <summary>Whether it waits for this very person.</summary>
    public static bool WaitsFor(SignedInPerson person, Approval approval) =>
        approval.Status == ApprovalStatus.Pending && IsApprover(person, approval) && approval.Votes.All(vote => vote.Person != person.Person);
}
