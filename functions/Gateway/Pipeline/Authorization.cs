using System.Collections.Immutable;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Decides all operations of a request together: all or nothing, each decision recorded. They are on one repository, or on several of one owner, which one credential opens, and beside
/// them uses of secrets that no credential is for; or there is one, on a vault.
/// </summary>
internal static class Authorization
{
    private const int MaxDetail = 1000;

    /// <summary>What is granted and what people must agree to first; otherwise what to refuse with.</summary>
    public static Outcome<Authorized> Decide(PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        RequireOnePlace(operations);
        var all = DecideEach(policy, caller, operations, exchange);
        if (all.Any(static each => each.Decision is Decision.Deny))
        {
            return Refuse(all);
        }

        if (all is [{ Operation.Target: SecretTarget } only])
        {
            return new Authorized(GrantOf(only.Decision), RequirementsOf(all));
        }

        var decisions = all.RemoveAll(static each => each.Operation.Target is SecretTarget);
        var uses = all.RemoveAll(static each => each.Operation.Target is not SecretTarget);
        var permissions = decisions.Select(static each => GrantOf(each.Decision).Permissions).Aggregate(static (all, next) => all.Union(next));
        if (Beyond(decisions, permissions) is { IsEmpty: false } beyond)
        {
            // One credential opens all of them alike: nowhere may it do what the policy does not give there.
            var widened = DecideEach(policy, caller, beyond, exchange);
            if (widened.Any(static each => each.Decision is Decision.Deny))
            {
                return TooMuchAtOnce(widened);
            }

            decisions = decisions.AddRange(widened);
        }

        var grants = decisions.GroupBy(static each => each.Operation.Target, static each => GrantOf(each.Decision)).Select(Join).ToImmutableArray();
        var (lifetime, opaque) = (grants.Min(static grant => grant.Lifetime), grants.Max(static grant => grant.Opaque));
        grants = [.. grants.Select(grant => grant with { Permissions = permissions, Lifetime = lifetime, Opaque = opaque })];
        return new Authorized(
            grants[0] with { Others = grants[1..], Uses = [.. uses.Select(static each => GrantOf(each.Decision)).DistinctBy(static grant => grant.Target)] },
            RequirementsOf(decisions.AddRange(uses)));
    }

    private static ImmutableArray<ApprovalRequirement> RequirementsOf(ImmutableArray<(Operation Operation, Decision Decision)> decisions) =>
        [.. decisions.Select(static each => each.Decision).OfType<Decision.NeedsApproval>().SelectMany(static waits => waits.Requirements).DistinctBy(static need => (need.Rule, need.Entry))];

    /// <summary>
    /// Whether operations whose effect is not known yet may be looked into. What is certain to be denied whatever the effect is refused, and
    /// recorded, here; nothing is allowed here.
    /// </summary>
    public static Outcome<Preview> Preview(PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        RequireOnePlace(operations);
        if (operations.Select(static operation => operation.Target).Distinct().Count() != 1)
        {
            throw new InvalidOperationException("What is looked into before it is decided is about one repository.");
        }

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
                Named = open[0].Named,
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

    private static void RequireOnePlace(IReadOnlyList<Operation> operations)
    {
        if (operations is [{ Target: SecretTarget, Details: SecretCall { Verb: not SecretVerb.Use } }])
        {
            return;
        }

        var owners = operations.Select(static operation => operation.Target).OfType<RepositoryTarget>().Select(static target => target.Repository.Owner).Distinct(StringComparer.OrdinalIgnoreCase);
        if (owners.Count() != 1 || operations.Any(static operation => operation.Target is not RepositoryTarget && operation.Details is not SecretCall { Verb: SecretVerb.Use }))
        {
            throw new InvalidOperationException("A request makes at least one operation: all on repositories of one owner, with uses of secrets beside them, or one on a vault.");
        }
    }

    private static ImmutableArray<(Operation Operation, Decision Decision)> DecideEach(
        PolicySet policy, Caller caller, IReadOnlyList<Operation> operations, Exchange exchange)
    {
        var decisions = operations.Select(operation => (Operation: operation, Decision: policy.Decide(caller, operation))).ToImmutableArray();
        foreach (var (operation, decision) in decisions)
        {
            exchange.Add(Describe(caller, operation, decision, policy.Version, operations.Count));
        }

        return decisions;
    }

    /// <summary>For each repository that would be opened wider than was asked of it, one of its operations with all that the credential will be able to do.</summary>
    private static ImmutableArray<Operation> Beyond(ImmutableArray<(Operation Operation, Decision Decision)> decisions, PermissionSet permissions) =>
    [
        .. decisions.GroupBy(static each => each.Operation.Target)
            .Where(each => !each.Select(static one => GrantOf(one.Decision).Permissions).Aggregate(static (all, next) => all.Union(next)).Equals(permissions))
            .Select(each => each.First().Operation with { Needs = permissions, Alternatives = [] }),
    ];

    private static Refusal TooMuchAtOnce(ImmutableArray<(Operation Operation, Decision Decision)> widened)
    {
        var denied = widened.First(static each => each.Decision is Decision.Deny);
        var detail = $"{denied.Operation.Target}: one credential would need {denied.Operation.Needs} there as well: {((Decision.Deny)denied.Decision).Explanation}";
        return new Refusal(
            Stage.Authorize,
            RefusalKind.Denied,
            new CallerText($"policy: what is asked of these repositories together ({denied.Operation.Needs}) is more than the policy gives you on {denied.Operation.Target}; ask about each of them alone"),
            detail);
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
        Reveals = joined.Reveals && next.Reveals,
    });

    private static Refusal Refuse(ImmutableArray<(Operation Operation, Decision Decision)> decisions)
    {
        // A caller whom no rule covers is told what a stranger is told, whatever else was in the request.
        if (decisions.FirstOrDefault(static each => each.Decision is Decision.Deny { Reason: DenialReason.NotCovered }) is { Operation: { } uncovered })
        {
            return uncovered.Target is SecretTarget
                ? Refusals.UnknownVault(Stage.Authorize, "No rule covers this caller and vault.")
                : Refusals.Unknown(Stage.Authorize, "No rule covers this caller and repository.");
        }

        var reasons = decisions.Select(static each => new OperationRefusal(each.Operation, ReasonFor(each.Operation, each.Decision))).ToImmutableArray();
        var denied = decisions.FirstOrDefault(static each => each.Decision is Decision.Deny);
        if (denied.Decision is Decision.Deny deny)
        {
            return new Refusal(Stage.Authorize, RefusalKind.Denied, ReasonFor(denied.Operation, deny), $"{denied.Operation.Target}: {deny.Reason}: {deny.Explanation}")
            {
                Operations = reasons,
                Denial = deny.Reason,
            };
        }

        throw new InvalidOperationException("Nothing was denied.");
    }

    private static CallerText ReasonFor(Operation operation, Decision decision) => decision switch
    {
        Decision.Deny deny => new CallerText($"policy: {deny.Explanation}"),
        _ => new CallerText($"policy: refused together with another {(operation.Details is RefUpdate ? "ref in this push" : "part of this request")}"),
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
            decision is Decision.Deny ? operation.NeedsText : GrantOf(decision).GivenText,
            DetailOf(operation.Details),
            outcome,
            reason,
            policyVersion,
            [.. decision.Trace.Select(static step => $"{step.Step}{(step.Rule is null ? "" : $" [{step.Rule}]")}: {step.Text}")])
        {
            Effect = (operation.Details as RefUpdate) is { } known ? Effects.Describe(known, operations) : null,
        };
    }

    private static string? DetailOf(OperationDetails details) => details switch
    {
        RefUpdate update => $"{update.Ref} {update.Old.Hex} {update.New.Text}",
        ApiCall call => call.ToString() is { Length: > MaxDetail } text ? text[..MaxDetail] + "…" : call.ToString(),
        _ => null,
    };
}
