using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>What became of a policy's text.</summary>
/// <param name="Policy">The compiled policy; null when there is any error.</param>
/// <param name="Problems">Every error and warning, in the order of the text.</param>
public sealed record PolicyCompilation(PolicySet? Policy, ImmutableArray<PolicyProblem> Problems)
{
    /// <summary>The errors alone.</summary>
    public IEnumerable<PolicyProblem> Errors => Problems.Where(static problem => problem.Severity == PolicySeverity.Error);

    /// <summary>The warnings alone.</summary>
    public IEnumerable<PolicyProblem> Warnings => Problems.Where(static problem => problem.Severity == PolicySeverity.Warning);
}
