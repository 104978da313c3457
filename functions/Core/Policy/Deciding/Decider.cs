using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Indexing;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// One decision, in the order the language promises: cover, deny, ceiling, one rule alone, approve. Each step either ends it or
/// hands on; there is no way back to an earlier one. Made for one call and thrown away.
/// </summary>
internal sealed class Decider(RuleIndex index, ImmutableDictionary<string, Access> ceiling, Caller caller, Operation operation)
{
    private readonly ImmutableArray<TraceStep>.Builder _trace = ImmutableArray.CreateBuilder<TraceStep>();

    public Decision Decide()
    {
        var covering = Cover();
        if (covering.IsEmpty || operation.Target is not RepositoryTarget target)
        {
            return Deny(DenialReason.NotCovered, Explanations.NotCovered);
        }

        if (Denied(covering) is { } denied)
        {
            return Deny(DenialReason.DeniedByRule, denied);
        }

        if (AboveCeiling() is { } above)
        {
            return Deny(DenialReason.AboveCeiling, above);
        }

        var permitting = Permitting(covering);
        if (permitting.IsEmpty)
        {
            var (reason, explanation) = Explanations.NothingPermits(covering, operation);
            return Deny(reason, explanation);
        }

        var grant = new Grant(
            target.Repository,
            operation.Needs,
            permitting.Min(static rule => rule.Lifetime),
            Visibility(covering),
            Opaque(covering),
            permitting[0].Id);
        var requirements = Requirements(covering);
        return requirements.IsEmpty
            ? new Decision.Allow(grant) { Trace = _trace.ToImmutable() }
            : new Decision.NeedsApproval(grant, requirements) { Trace = _trace.ToImmutable() };
    }

    private ImmutableArray<Rule> Cover()
    {
        if (operation.Target is not RepositoryTarget target)
        {
            Step(null, "cover", $"no rule can be about a {operation.Target.GetType().Name}");
            return [];
        }

        var covering = ImmutableArray.CreateBuilder<Rule>();
        foreach (var rule in index.Find(target.Repository))
        {
            var misses = rule.Who.Misses(caller);
            Step(rule, "cover", misses is null ? $"covers the caller on {target.Repository}" : $"is about {target.Repository}, but not for this caller: {misses}");
            if (misses is null)
            {
                covering.Add(rule);
            }
        }

        if (covering.Count == 0)
        {
            Step(null, "cover", $"no rule covers this caller on {target.Repository}");
        }

        return covering.ToImmutable();
    }

    /// <summary>Every match is traced; the first explains. Only an actual ref update can match: reading is held back by <see cref="Grant.Opaque"/>.</summary>
    private string? Denied(ImmutableArray<Rule> covering)
    {
        string? explanation = null;
        if (operation.Details is RefUpdate update)
        {
            foreach (var (rule, entry) in covering.SelectMany(static rule => rule.Deny.Select(entry => (rule, entry))))
            {
                if (entry.Push?.Match(update) is { } match)
                {
                    Step(rule, "deny", match);
                    explanation ??= Explanations.DeniedByRule(rule, match);
                }
            }
        }

        return explanation;
    }

    private string? AboveCeiling()
    {
        foreach (var (name, needed) in operation.Needs.Items)
        {
            if (ceiling.TryGetValue(name, out var most) && most < needed)
            {
                Step(null, "ceiling", $"holds {name} at {Explanations.NameOf(most)}; {Explanations.NameOf(needed)} is needed");
                return Explanations.AboveCeiling(name, most, needed);
            }
        }

        return null;
    }

    private ImmutableArray<Rule> Permitting(ImmutableArray<Rule> covering)
    {
        var permitting = ImmutableArray.CreateBuilder<Rule>();
        foreach (var rule in covering)
        {
            var misses = Permission.Misses(rule, operation);
            Step(rule, "allow", misses is null ? $"alone permits {operation.Needs}" : $"does not permit it: {misses.Text}");
            if (misses is null)
            {
                permitting.Add(rule);
            }
        }

        return permitting.ToImmutable();
    }

    private ImmutableArray<ApprovalRequirement> Requirements(ImmutableArray<Rule> covering)
    {
        var requirements = ImmutableArray.CreateBuilder<ApprovalRequirement>();
        if (operation.Details is not RefUpdate update)
        {
            return [];
        }

        foreach (var rule in covering)
        {
            for (var i = 0; i < rule.Approve.Length; i++)
            {
                var entry = rule.Approve[i];
                if (entry.Match(update) is { } match)
                {
                    Step(rule, "approve", $"entry {i} asks for {entry.Quorum} of {string.Join(", ", entry.ApproverGroups)}: {match}");
                    requirements.Add(new(rule.Id, i, entry.ApproverGroups, entry.Quorum, entry.Notify, entry.Expires, entry.Valid, match));
                }
            }
        }

        return requirements.ToImmutable();
    }

    private static RefVisibility Visibility(ImmutableArray<Rule> covering) => covering
        .Where(static rule => rule.Allow.Covers(PermissionSet.ContentsRead))
        .Aggregate(RefVisibility.Nothing, static (visible, rule) => visible.Union(rule.Refs.Visible));

    /// <summary>The strictest of what the covering rules say; one that says nothing means refuse where any of them keeps paths from readers.</summary>
    private static OpaqueHandling Opaque(ImmutableArray<Rule> covering)
    {
        var unsaid = covering.Any(static rule => rule.DeniesReadingPaths) ? OpaqueHandling.Refuse : OpaqueHandling.Allow;
        return covering.Max(rule => rule.Opaque ?? unsaid);
    }

    private Decision.Deny Deny(DenialReason reason, string explanation) => new(reason, Shown.Line(explanation)) { Trace = _trace.ToImmutable() };

    private void Step(Rule? rule, string step, string text) => _trace.Add(new(rule?.Id, step, text));
}
