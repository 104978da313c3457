using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What the policy says of a whole request.</summary>
/// <param name="Grant">What it gives, the operations' grants joined.</param>
/// <param name="Requirements">Who must agree first; empty when it may be done at once.</param>
internal sealed record Authorized(Grant Grant, ImmutableArray<ApprovalRequirement> Requirements);

/// <summary>What may be known of a request before its effect is. Grants nothing.</summary>
/// <param name="Repository">The repository, as asked.</param>
/// <param name="Lifetime">How long a credential for looking into it may be shared.</param>
/// <param name="Visible">Which refs the caller may see.</param>
/// <param name="KeepsPathsFromReaders">Whether some rule keeps paths from the caller.</param>
public sealed record Preview(RepositoryName Repository, TimeSpan Lifetime, RefVisibility Visible, bool KeepsPathsFromReaders)
{
    /// <summary>Which refs may be named to the caller; see <see cref="Grant.Named"/>.</summary>
    public RefVisibility Named { get; init; } = Visible;

    /// <summary>Which paths the caller may read.</summary>
    public PathReadability Readable { get; init; } = PathReadability.Everything;

    /// <summary>True when nothing of the repository is hidden from the caller.</summary>
    public bool SeesEverything => Visible.IsEverything && !KeepsPathsFromReaders;

    /// <summary>True when every ref and every path may be named to the caller by what is about something else.</summary>
    public bool HearsEverything => Named.IsEverything && !KeepsPathsFromReaders;
}
