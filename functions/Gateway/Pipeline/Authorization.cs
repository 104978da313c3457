using System.Collections.Immutable;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Decides all operations of a request together: all or nothing, each decision recorded.</summary>
internal static class Authorization
{
    /// <summary>What is granted and what people must agree to first; otherwise what to refuse with.</summary>
    public static Outcome<Authorized> Decide(PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        RequireOneTarget(operations);
        var decisions = operations.Select(operation => (Operation: operation, Decision: policy.Decide(caller, operation))).ToImmutableArray();
        foreach (var (operation, decision) in decisions)
        {
            exchange.Add(Describe(caller, operation, decision, policy.Version, operations.Count));
        }

        if (decisions.Any(static each => each.Decision is Decision.Deny))
        {
            return Refuse(decisions);
        }

        return new Authorized(
            Join(decisions.Select(static each => GrantOf(each.Decision))),
            [.. decisions.Select(static each => each.Decision).OfType<Decision.NeedsApproval>().SelectMany(static waits => waits.Requirements).DistinctBy(static need => (need.Rule, need.Entry))]);
    }

    /// <summary>
    /// Whether operations whose effect is not known yet may be looked into. What is certain to be denied whatever the effect is refused, and
    /// recorded, here; nothing is allowed here.
    /// </summary>
    public static Outcome<Preview> Preview(PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        RequireOneTarget(operations);
        var previews = operations.Select(operation => (Operation: operation, Preview: policy.Preview(caller, operation))).ToImmutableArray();
        if (!previews.Any(static each => each.Preview is PreliminaryDecision.Denied))
        {
            var open = previews.Select(static each => (PreliminaryDecision.Open)each.Preview).ToImmutableArray();
            return new Preview(
                ((RepositoryTarget)operations[0].Target).Repository,
                open.Min(static each => each.Lifetime),
                open[0].Visible,
                open.Any(static each => each.KeepsPathsFromReaders))
            {
                Readable = open[0].Readable,
            };
        }

        var decisions = previews.Where(static each => each.Preview is PreliminaryDecision.Denied)
            .Select(static each => (each.Operation, Decision: (Decision)((PreliminaryDecision.Denied)each.Preview).Decision)).ToImmutableArray();
        foreach (var (operation, decision) in decisions)
        {
            exchange.Add(Describe(caller, operation, decision, policy.Version, operations.Count));
        }

        return Refuse(decisions);
    }

    private static void RequireOneTarget(IReadOnlyList<Operation> operations)
    {
        if (operations.Count == 0 || operations.Select(static operation => operation.Target).Distinct().Count() != 1)
        {
            throw new InvalidOperationException("A request makes at least one operation, all on one target.");
        }
    }

    private static Grant GrantOf(Decision decision) => decision switch
    {
        Decision.Allow allow => allow.Grant,
        Decision.NeedsApproval waits => waits.Grant,
        _ => throw new InvalidOperationException($"A {decision.GetType().Name} grants nothing."),
    };

    private static Grant Join(IEnumerable<Grant> grants) => grants.Aggregate(static (joined, next) => joined with
    {
        Permissions = joined.Permissions.Union(next.Permissions),
        Lifetime = joined.Lifetime < next.Lifetime ? joined.Lifetime : next.Lifetime,
        Opaque = joined.Opaque > next.Opaque ? joined.Opaque : next.Opaque,
    });

    private static Refusal Refuse(ImmutableArray<(Operation Operation, Decision Decision)> decisions)
    {
        // A caller whom no rule covers is told what a stranger is told, whatever else was in the request.
        if (decisions.Any(static each => each.Decision is Decision.Deny { Reason: DenialReason.NotCovered }))
        {
            return Refusals.Unknown(Stage.Authorize, "No rule covers this caller and repository.");
        }

        var reasons = decisions.Select(static each => new OperationRefusal(each.Operation, ReasonFor(each.Decision))).ToImmutableArray();
        var denied = decisions.FirstOrDefault(static each => each.Decision is Decision.Deny);
        if (denied.Decision is Decision.Deny deny)
        {
            return new Refusal(Stage.Authorize, RefusalKind.Denied, ReasonFor(deny), $"{denied.Operation.Target}: {deny.Reason}: {deny.Explanation}")
            {
                Operations = reasons,
            };
        }

        throw new InvalidOperationException("Nothing was denied.");
    }

    private static CallerText ReasonFor(Decision decision) => decision switch
    {
        Decision.Deny deny => new CallerText($"policy: {deny.Explanation}"),
        _ => new CallerText("policy: refused together with another ref in this push"),
    };

    private static OperationDecided Describe(Caller caller, Operation operation, Decision decision, string policyVersion, int operations)
    {
        var (outcome, reason) = decision switch
        {
            Decision.Allow allow => ("allow", allow.Grant.Rule),
            Decision.Deny deny => ("deny", deny.Reason.ToString()),
            Decision.NeedsApproval approval => ("needs-approval", string.Join(", ", approval.Requirements.Select(static need => need.Rule).Distinct())),
            _ => throw new InvalidOperationException("Unknown decision."),
        };
        return new OperationDecided(
            caller.Person.ToString(),
            operation.Details.Name,
            operation.Target.ToString() ?? "",
            operation.Needs.ToString(),
            (operation.Details as RefUpdate) is { } update ? $"{update.Ref} {update.Old.Hex} {update.New.Hex}" : null,
            outcome,
            reason,
            policyVersion,
            [.. decision.Trace.Select(static step => $"{step.Step}{(step.Rule is null ? "" : $" [{step.Rule}]")}: {step.Text}")])
        {
            Effect = (operation.Details as RefUpdate) is { } known ? Effects.Describe(known, operations) : null,
        };
    }
}
