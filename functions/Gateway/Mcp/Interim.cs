using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Reach;

/// <summary>What a caller may ever do; stands in until the policy itself says it.</summary>
internal sealed class PolicyReach
{
    private readonly bool _isOpen = true;

    /// <summary>Whether some one rule gives these permissions on something.</summary>
    public bool MayEver(PermissionSet needs) => _isOpen && !needs.IsEmpty;

    /// <summary>Whether some one rule gives this verb on some secret.</summary>
    public bool MayEverUseVaults(string verb) => _isOpen && verb.Length > 0;
}
