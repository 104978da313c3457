using System.Collections.Immutable;

namespace CursorBroker.Core.Identity;

/// <summary>Asks the directory for the groups that did not fit in a token (<see cref="GroupOverage.Graph"/>).</summary>
/// <remarks>An implementation bounds its own time: whoever shares one answer among many callers does not pass their cancellation on.</remarks>
public interface IGroupOverageResolver
{
    /// <summary>All groups, by id, direct and nested. Throws only on cancellation or a bug.</summary>
    ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken);
}

/// <summary>Whose groups.</summary>
/// <param name="Person">Who, as the broker knows them; the key to cache under.</param>
/// <param name="Kind">Person or workload: directories keep them apart.</param>
/// <param name="ObjectId">Who, as the directory knows them (<c>oid</c>).</param>
public sealed record GroupQuestion(PersonId Person, CallerKind Kind, string ObjectId);

/// <summary>What the directory said.</summary>
public abstract record GroupOverageOutcome
{
    private GroupOverageOutcome()
    {
    }

    /// <summary>The complete list.</summary>
    /// <param name="GroupIds">Group ids as the directory writes them.</param>
    public sealed record Resolved(ImmutableArray<string> GroupIds) : GroupOverageOutcome;

    /// <summary>No complete answer; the token's owner cannot be let in now.</summary>
    /// <param name="Detail">Why, for the log and the audit.</param>
    public sealed record Failed(string Detail) : GroupOverageOutcome;
}
