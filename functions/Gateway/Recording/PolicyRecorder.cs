using System.Collections.Immutable;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Recording;

/// <summary>Puts policy versions, accepted and refused, into the ledger and the log.</summary>
internal sealed class PolicyRecorder(ILedger ledger, TimeProvider time, ILogger<PolicyRecorder> logger) : IPolicyObserver
{
    public async ValueTask LoadedAsync(string source, PolicySet policy, ImmutableArray<PolicyProblem> warnings, CancellationToken cancellationToken)
    {
        foreach (var warning in warnings)
        {
            logger.PolicyWarning(source, warning.ToString());
        }

        await ledger.AppendAsync([new PolicyLoaded(policy.Version, source) { At = time.GetUtcNow() }], cancellationToken);
        logger.PolicyInForce(source, policy.Version[..12]);
    }

    public async ValueTask RejectedAsync(string source, string version, ImmutableArray<PolicyProblem> problems, CancellationToken cancellationToken)
    {
        ImmutableArray<string> lines = [.. problems.Select(static problem => problem.ToString())];
        logger.PolicyRefused(source, version[..12], string.Join("; ", lines));
        await ledger.AppendAsync([new PolicyRejected(source, lines) { At = time.GetUtcNow() }], cancellationToken);
    }

    public async ValueTask UnreadableAsync(string source, string problem, CancellationToken cancellationToken)
    {
        logger.PolicyUnreadable(source, problem);
        await ledger.AppendAsync([new PolicyRejected(source, [problem]) { At = time.GetUtcNow() }], cancellationToken);
    }
}
