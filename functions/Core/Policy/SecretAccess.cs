using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>What a grant gives on a vault.</summary>
/// <param name="Call">What may be done. Of a read that leaves it to the policy, which of the two.</param>
public sealed record SecretAccess(SecretCall Call)
{
    /// <summary>Names that rules about this caller let be listed.</summary>
    internal ImmutableArray<Glob> Listed { get; init; } = [];

    /// <summary>Names that some of them keeps out of lists.</summary>
    internal ImmutableArray<Glob> Kept { get; init; } = [];

    /// <summary>Whether a secret may stand in a list of all.</summary>
    public bool MayList(SecretName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Listed.Any(glob => glob.IsMatch(name.Value)) && !Kept.Any(glob => glob.IsMatch(name.Value));
    }
}
