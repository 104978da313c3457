using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>
/// What can be said of an operation before its effect is known: that it is denied whatever turns up, or that finding out is worth it. Never an allow,
/// and it holds no <see cref="Grant"/>: only <see cref="PolicySet.Decide"/>, with everything known, gives one.
/// </summary>
public abstract record PreliminaryDecision
{
    private PreliminaryDecision()
    {
    }

    /// <summary>Denied, whatever its effect turns out to be. Nothing needs to be received or fetched.</summary>
    /// <param name="Decision">The denial, with its trace; as final as any.</param>
    public sealed record Denied(Decision.Deny Decision) : PreliminaryDecision;

    /// <summary>Not decided: find out what it does, and ask <see cref="PolicySet.Decide"/>. It may still be denied.</summary>
    /// <param name="Visible">Which refs the caller may see: what the caller is told on the way must not speak of others.</param>
    /// <param name="KeepsPathsFromReaders">Whether a covering rule denies reading some paths: then not all that the visible refs hold is the caller's to see.</param>
    /// <param name="Opaque">What happens to bodies that cannot be masked in place.</param>
    /// <param name="Lifetime">How long a credential for finding out may be used: the shortest of the rules that may permit the operation.</param>
    public sealed record Open(RefVisibility Visible, bool KeepsPathsFromReaders, OpaqueHandling Opaque, TimeSpan Lifetime) : PreliminaryDecision
    {
        /// <summary>Which refs may be named to the caller; see <see cref="Grant.Named"/>.</summary>
        public RefVisibility Named { get; init; } = Visible;

        /// <summary>Which paths the caller may read.</summary>
        public PathReadability Readable { get; init; } = PathReadability.Everything;

        /// <summary>The steps so far; for the audit, never for callers.</summary>
        public required ImmutableArray<TraceStep> Trace { get; init; }

        /// <summary>Whether the caller may see all that the repository holds.</summary>
        public bool SeesEverything => Visible.IsEverything && !KeepsPathsFromReaders;
    }
}
