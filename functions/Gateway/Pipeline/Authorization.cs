using System.Collections.Immutable;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Decides all operations of a request together: all or nothing, each decision recorded.</summary>
internal static class Authorization
{
    /// <summary>The joined grant when every operation is allowed; otherwise what to refuse with.</summary>
    public static Outcome<Grant> Decide(PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        if (operations.Count == 0 || operations.Select(static operation => operation.Target).Distinct().Count() != 1)
        {
            throw new InvalidOperationException("A request makes at least one operation, all on one target.");
        }

        var decisions = operations.Select(operation => (Operation: operation, Decision: policy.Decide(caller, operation))).ToImmutableArray();
        foreach (var (operation, decision) in decisions)
        {
            exchange.Add(Describe(caller, operation, decision, policy.Version));
        }

        if (decisions.All(static each => each.Decision is Decision.Allow))
        {
            return Join(decisions.Select(static each => ((Decision.Allow)each.Decision).Grant));
        }

        return Refuse(decisions);
    }

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

        var waiting = decisions.First(static each => each.Decision is Decision.NeedsApproval).Decision;
        return new Refusal(
            Stage.Approve, RefusalKind.ApprovalUnavailable, ReasonFor(waiting), "The policy wants an approval, which this version cannot ask for.")
        {
            Operations = reasons,
        };
    }

    private static CallerText ReasonFor(Decision decision) => decision switch
    {
        Decision.Deny deny => new CallerText($"policy: {deny.Explanation}"),
        Decision.NeedsApproval approval => new CallerText(
            $"policy: needs approval by {string.Join(" and ", approval.Requirements.Select(static need => string.Join(" or ", need.ApproverGroups)))} "
            + $"(rule {string.Join(", ", approval.Requirements.Select(static need => need.Rule).Distinct())}); this broker has no approvals yet, so it is refused"),
        _ => new CallerText("policy: refused together with another ref in this push"),
    };

    private static OperationDecided Describe(Caller caller, Operation operation, Decision decision, string policyVersion)
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
            [.. decision.Trace.Select(static step => $"{step.Step}{(step.Rule is null ? "" : $" [{step.Rule}]")}: {step.Text}")]);
    }
}
