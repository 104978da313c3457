using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy;

/// <summary>Who may run and who may audit the broker itself. A role the policy leaves out is held by nobody.</summary>
public sealed class PolicyRoles
{
    private readonly Who? _admins;
    private readonly Who? _auditors;

    internal PolicyRoles(Who? admins, Who? auditors) => (_admins, _auditors) = (admins, auditors);

    /// <summary>Roles that nobody holds.</summary>
    public static PolicyRoles Nobody { get; } = new(null, null);

    /// <summary>True when the caller is one of <c>roles.admins</c>.</summary>
    public bool IsAdmin(Caller caller) => Holds(_admins, caller);

    /// <summary>True when the caller is one of <c>roles.auditors</c>.</summary>
    public bool IsAuditor(Caller caller) => Holds(_auditors, caller);

    /// <summary>The groups that the roles name.</summary>
    internal IEnumerable<string> Groups => [.. _admins?.Groups ?? [], .. _auditors?.Groups ?? []];

    private static bool Holds(Who? who, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return who is not null && who.Misses(caller) is null;
    }
}
