using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// Where the upstream takes one of several sets of permissions, or a secret may be read in one of two forms, the mask first: each is decided as if it were the only one, and the first that is not denied is what is granted. When all
/// are denied, the denial of the first is told, since that is what the caller would do well to ask for.
/// </summary>
internal static class Alternation
{
    public static Decision Decide(Operation operation, Func<Operation, Decider> decider)
    {
        if (!HasSeveral(operation))
        {
            return decider(operation).Decide();
        }

        var decisions = new List<Decision>();
        foreach (var one in Each(operation))
        {
            decisions.Add(decider(one).Decide());
            if (decisions[^1] is not Decision.Deny)
            {
                break;
            }
        }

        var told = decisions[^1] is Decision.Deny ? decisions[0] : decisions[^1];
        return told with { Trace = [.. decisions.SelectMany(static decision => decision.Trace)] };
    }

    /// <summary>Denied only when every set is; whichever of the others it comes to, its lifetime is not exceeded.</summary>
    public static PreliminaryDecision Preview(Operation operation, Func<Operation, Decider> decider)
    {
        if (!HasSeveral(operation))
        {
            return decider(operation).Preview();
        }

        var previews = Each(operation).Select(one => decider(one).Preview()).ToImmutableArray();
        var open = previews.OfType<PreliminaryDecision.Open>().ToImmutableArray();
        return open.IsEmpty
            ? new PreliminaryDecision.Denied(((PreliminaryDecision.Denied)previews[0]).Decision with { Trace = [.. previews.SelectMany(TraceOf)] })
            : open[0] with { Lifetime = open.Min(static each => each.Lifetime), Trace = [.. previews.SelectMany(TraceOf)] };
    }

    private static bool HasSeveral(Operation operation) => !operation.Alternatives.IsEmpty || operation.Details is SecretCall { OrValue: true };

    private static IEnumerable<Operation> Each(Operation operation) => operation.Details is SecretCall { OrValue: true } read
        ? [operation, operation with { Details = read with { Verb = SecretVerb.Get, OrValue = false } }]
        : operation.Alternatives.Prepend(operation.Needs).Select(needs => operation with { Needs = needs, Alternatives = [] });

    private static IEnumerable<TraceStep> TraceOf(PreliminaryDecision preview) => preview switch
    {
        PreliminaryDecision.Denied denied => denied.Decision.Trace,
        PreliminaryDecision.Open open => open.Trace,
        _ => throw new InvalidOperationException("Unknown preview."),
    };
}
