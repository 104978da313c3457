using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.SignIn;

/// <summary>
/// A cookie has room for as many groups as an identity provider puts into a token. Somebody in more of them keeps those that the policy names, which are all
/// that can matter.
/// </summary>
internal static class GroupsThatFit
{
    internal const int Most = 200;

    public static Caller Of(Caller caller, PolicySet? policy) =>
        caller.Groups.Count <= Most ? caller : caller with { Groups = policy is null ? [] : caller.Groups.Intersect(policy.NamedGroups) };
}
