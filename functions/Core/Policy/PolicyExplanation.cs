using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>A decision told to whoever keeps the policy: who asked for what, every step, the outcome. Never for callers.</summary>
public static class PolicyExplanation
{
    /// <summary>The explanation, a line each, free of control characters.</summary>
    public static ImmutableArray<string> Lines(Caller caller, Operation operation, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(decision);
        var groups = caller.Groups.IsEmpty ? "no group" : string.Join(", ", caller.Groups.Order(StringComparer.Ordinal).Select(Shown.Short));
        return
        [
            $"caller     {caller.Kind.ToString().ToLowerInvariant()} {Shown.Line(caller.Person.ToString())} ({groups})",
            $"operation  {operation.Details.Name} on {operation.Target}{Detail(operation)}, needs {string.Join(" or ", operation.Alternatives.Select(static needs => needs.ToString()).Prepend(operation.NeedsText))}",
            .. decision.Trace.Select(static step => $"{step.Step,-10} {(step.Rule is null ? "" : $"[{step.Rule}] ")}{step.Text}"),
            .. Outcome(decision),
        ];
    }

    private static string Detail(Operation operation) => operation.Details switch
    {
        RefUpdate update => $" {Shown.Line(update.ToString())}",
        ApiCall call => $" {Shown.Line(call.ToString())}",
        _ => "",
    };

    private static IEnumerable<string> Outcome(Decision decision) => decision switch
    {
        Decision.Allow allow => ["=> allow", .. Given(allow.Grant)],
        Decision.NeedsApproval waits =>
        [
            "=> approve",
            .. waits.Requirements.Select(static need => $"   {need.Quorum} of {string.Join(", ", need.ApproverGroups)} (rule {need.Rule}, entry {need.Entry})"),
            .. Given(waits.Grant),
        ],
        Decision.Deny deny => [$"=> deny: {deny.Reason}", $"   {deny.Explanation}"],
        _ => throw new InvalidOperationException($"An unknown decision: {decision.GetType().Name}."),
    };

    private static IEnumerable<string> Given(Grant grant) => grant.Secrets is not null ? [$"   by rule {grant.Rule}: {grant.GivenText} on {grant.Target}"] :
    [
        $"   by rule {grant.Rule}: {grant.Permissions} on {grant.Repository} for at most {(int)grant.Lifetime.TotalSeconds} s",
        $"   sees {grant.Visible}; opaque bodies: {grant.Opaque.ToString().ToLowerInvariant()}",
    ];
}
