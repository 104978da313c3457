using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>Runs the policy's own <c>tests</c> against it.</summary>
public static class PolicyTestRunner
{
    /// <summary>Every test's result, in the order of the text; empty when the policy has none.</summary>
    public static ImmutableArray<PolicyTestResult> Run(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return
        [
            .. policy.Tests.Select(test =>
            {
                var decision = policy.Decide(test.Caller, test.Operation);
                return new PolicyTestResult(test.Name, test.Line, test.Column, test.Expect, OutcomeOf(decision), PolicyExplanation.Lines(test.Caller, test.Operation, decision));
            }),
        ];
    }

    private static PolicyTestOutcome OutcomeOf(Decision decision) => decision switch
    {
        Decision.Allow => PolicyTestOutcome.Allow,
        Decision.NeedsApproval => PolicyTestOutcome.Approve,
        _ => PolicyTestOutcome.Deny,
    };
}

/// <summary>One test's result.</summary>
/// <param name="Name">The test's name.</param>
/// <param name="Line">Where it stands: line, from 1.</param>
/// <param name="Column">And column, from 1.</param>
/// <param name="Expected">What it expects.</param>
/// <param name="Actual">What the policy said.</param>
/// <param name="Explanation">Why, a line each.</param>
public sealed record PolicyTestResult(
    string Name, int Line, int Column, PolicyTestOutcome Expected, PolicyTestOutcome Actual, ImmutableArray<string> Explanation)
{
    /// <summary>True when the policy said what the test expects.</summary>
    public bool Passed => Expected == Actual;
}

/// <summary>What a test can expect.</summary>
public enum PolicyTestOutcome
{
    /// <summary>Allowed at once.</summary>
    Allow,

    /// <summary>Denied, whatever the reason.</summary>
    Deny,

    /// <summary>Waits for approval.</summary>
    Approve,
}
