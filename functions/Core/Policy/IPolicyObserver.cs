using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>Hears of what a policy source loads and refuses; the audit is one.</summary>
public interface IPolicyObserver
{
    /// <summary>
    /// A version is about to come into force; it does once this completes. When this throws, the version before stays and the source
    /// tries again: a policy whose arrival cannot be recorded does not rule.
    /// </summary>
    /// <param name="source">Where it came from, for people.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="warnings">What the compiler found doubtful.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask LoadedAsync(string source, PolicySet policy, ImmutableArray<PolicyProblem> warnings, CancellationToken cancellationToken);

    /// <summary>
    /// A version was refused; the one before, if any, stays. Called once for each distinct content between two good ones, and again
    /// when it threw.
    /// </summary>
    /// <param name="source">Where it came from, for people.</param>
    /// <param name="version">SHA-256 of the refused content, lower-case hex.</param>
    /// <param name="problems">Every error and warning.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask RejectedAsync(string source, string version, ImmutableArray<PolicyProblem> problems, CancellationToken cancellationToken);

    /// <summary>
    /// The source cannot be read (it vanished, say); the version in force, if any, stays. Called when that begins or its reason changes, and again when it threw.
    /// </summary>
    /// <param name="source">Where it should have come from, for people.</param>
    /// <param name="problem">Why it cannot be read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask UnreadableAsync(string source, string problem, CancellationToken cancellationToken);
}
