using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Waiting for people. An approval is asked for once for the same operation, however often it is tried; when it is there, the policy is decided
/// again as it stands then, and the approval is taken, once, before anything is forwarded.
/// </summary>
internal sealed class Approving(IApprovalDesk desk, ApprovalLinks links, IPolicySource policies, HoldOptions options, TimeProvider time, StopSignal stop)
{
    // Each round follows a policy that asked for more than was decided; a policy that keeps changing that fast is not waited for.
    private const int MaxRounds = 3;

    /// <summary>What is granted once people agreed, or why the request ends here.</summary>
    public async ValueTask<Outcome<Grant>> ApproveAsync(
        HttpContext context, Caller caller, IApprovable approvable, Examined examined, Authorized authorized, Exchange exchange, CancellationToken cancellationToken)
    {
        approvable.BindGrant(authorized.Grant);
        var fingerprint = approvable.FingerprintFor(caller.Person, examined.Identity);
        var requester = new Requester(caller.Person, caller.DisplayName, caller.Kind, exchange.Session!.Value);
        var wait = new HeldWait(desk, links, options, time, stop, approvable.WaitOn(context));

        // What was decided is durable before anybody is asked about it.
        await exchange.CommitAsync(cancellationToken);
        for (var round = 0; round < MaxRounds; round++)
        {
            var opened = await desk.OpenAsync(
                new ApprovalRequest
                {
                    Fingerprint = fingerprint,
                    Requester = requester,
                    Target = examined.Identity.ToString()!,
                    Summary = approvable.Summary,
                    Requirements = authorized.Requirements,
                    Snapshot = approvable.SnapshotAsync,
                },
                cancellationToken);
            var approval = await wait.UntilSettledAsync(opened, cancellationToken);
            if (approval.Status != ApprovalStatus.Approved)
            {
                return NotApproved(approval, approvable);
            }

            if (!DecideAgain(caller, examined.Operations, exchange).Succeeded(out authorized!, out var refusal))
            {
                return refusal;
            }

            if (authorized.Requirements.IsEmpty)
            {
                return authorized.Grant;
            }

            approvable.BindGrant(authorized.Grant);
            if (approvable.FingerprintFor(caller.Person, examined.Identity) != fingerprint)
            {
                return Refuse(approval, RefusalKind.Denied, "policy: what it gives here has changed since people were asked; try again to ask anew", $"{approval.Id}: another grant");
            }

            await exchange.CommitAsync(cancellationToken);
            switch (await desk.UseAsync(approval.Id, fingerprint, authorized.Requirements, exchange.Reference, cancellationToken))
            {
                case ApprovalStep.Moved:
                    return authorized.Grant;
                case ApprovalStep.Refused { Reason: ApprovalRefusal.NotEnough }:
                    continue;
                case var other:
                    return Refuse(
                        (other as ApprovalStep.Refused)?.Approval ?? approval,
                        RefusalKind.Denied,
                        "policy: the approval was used or has ended meanwhile; try again to ask anew",
                        $"{approval.Id}: {(other as ApprovalStep.Refused)?.Detail ?? "gone"}");
            }
        }

        return Refusals.Unavailable(
            Stage.Approve, "The policy changed several times while this waited; try again.", "the policy kept asking for more than was decided", TimeSpan.FromSeconds(5));
    }

    private Outcome<Authorized> DecideAgain(Caller caller, IReadOnlyList<Operation> operations, Exchange exchange) =>
        policies.Current is { } policy
            ? Authorization.Decide(policy, caller, operations, exchange)
            : Refusals.Unavailable(Stage.Approve, "The broker has no valid policy.", policies.Status.Problem ?? "No policy is loaded any more.");

    private Refusal NotApproved(Approval approval, IApprovable approvable)
    {
        var link = links.PageOf(approval.Id);
        return approval.Status switch
        {
            ApprovalStatus.Pending => Refuse(approval, RefusalKind.ApprovalPending, $"approval pending: {link}; {approvable.Again}", $"{approval.Id} waits"),
            ApprovalStatus.Denied when approval.Votes.LastOrDefault(static vote => vote.Verdict == ApprovalVerdict.Deny) is { } vote =>
                Refuse(approval, RefusalKind.Denied, $"approval denied by {vote.DisplayName}: {vote.Reason} ({link})", $"{approval.Id} denied by {vote.Person}"),
            ApprovalStatus.Used => Refuse(
                approval, RefusalKind.Denied, $"approval used: another try of the same took it ({link}); if that one failed, try again to ask anew", $"{approval.Id} {approval.Status}"),
            _ => Refuse(
                approval,
                RefusalKind.Denied,
                $"approval {approval.Status.ToString().ToLowerInvariant()}: {approval.EndReason ?? "it is over"} ({link}); try again to ask anew",
                $"{approval.Id} {approval.Status}"),
        };
    }

    private Refusal Refuse(Approval approval, RefusalKind kind, string message, string detail) =>
        new(Stage.Approve, kind, new CallerText(message), detail) { Approval = new(approval.Id, approval.Status, links.PageOf(approval.Id)) };
}
