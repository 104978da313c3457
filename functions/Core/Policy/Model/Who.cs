using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Policy.Model;

/// <summary>Whom a rule or role is for. Keys that are present must all hold; within a key any value will do.</summary>
internal sealed record Who
{
    public ImmutableArray<string> Groups { get; init; } = [];

    public ImmutableArray<SubjectPattern> Users { get; init; } = [];

    public ImmutableArray<SubjectPattern> Workloads { get; init; } = [];

    public ImmutableArray<ClaimDemand> Claims { get; init; } = [];

    /// <summary>Null when the caller is meant; else which key does not hold.</summary>
    public string? Misses(Caller caller)
    {
        if (!Groups.IsEmpty && !Groups.Any(caller.Groups.Contains))
        {
            return $"in none of the groups {string.Join(", ", Groups)}";
        }

        if (!Users.IsEmpty && !Users.Any(user => user.Matches(caller.Person)))
        {
            return "not one of the users";
        }

        if (!Workloads.IsEmpty && (caller.Kind != CallerKind.Workload || !Workloads.Any(workload => workload.MatchesWorkload(caller))))
        {
            return "not one of the workloads";
        }

        var missing = Claims.FirstOrDefault(demand => !demand.Holds(caller));
        if (missing is not null)
        {
            return $"claim {missing.Name} has none of the values asked for";
        }

        // A "who" without any key cannot be compiled; were one ever made, it must mean nobody.
        return Groups.IsEmpty && Users.IsEmpty && Workloads.IsEmpty && Claims.IsEmpty ? "names nobody" : null;
    }
}

/// <summary>A claim that must have one of some values, compared exactly.</summary>
internal sealed record ClaimDemand(string Name, ImmutableArray<string> Values)
{
    public bool Holds(Caller caller) =>
        caller.Claims.TryGetValue(Name, out var has) && has.Any(value => Values.Contains(value, StringComparer.Ordinal));
}
