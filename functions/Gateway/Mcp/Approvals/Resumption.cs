using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>Waits for an approval and performs the call that was kept for it: once, for whom it was kept.</summary>
internal sealed class Resumption(ApprovalWaiting waiting, StoredCalls stored, ApprovalLinks links)
{
    /// <summary>What the tool whose call it was answers; or how the approval stands, when there is nothing to perform.</summary>
    /// <param name="call">The call that waits.</param>
    /// <param name="id">The approval.</param>
    /// <param name="longest">The longest wait.</param>
    /// <param name="perform">Performs a call in the name of a tool.</param>
    /// <param name="cancellationToken">The caller is gone. What was taken is performed all the same.</param>
    public async ValueTask<Resumed> RunAsync(
        ToolCall call, ApprovalId id, TimeSpan longest, Func<StoredCall, CancellationToken, ValueTask<ToolAnswer>> perform, CancellationToken cancellationToken)
    {
        if (await waiting.FindOwnAsync(call, id, cancellationToken) is not { } found)
        {
            return NotThere();
        }

        var approval = await waiting.UntilSettledAsync(call, found, longest, cancellationToken);
        var kept = await stored.FindAsync(call.Caller, id, cancellationToken);
        if (approval.Status != ApprovalStatus.Approved || kept is null)
        {
            return new(approval, await StandingAsync(approval, kept is not null, cancellationToken));
        }

        if (!await stored.TakeAsync(approval, call.Turn.Answering.Reference, cancellationToken))
        {
            return new(approval, await StandingAsync(approval, isKept: true, cancellationToken));
        }

        var answer = await perform(kept, CancellationToken.None);
        await stored.NoteAsync(id, answer.Waits is { } again ? $"it now waits for {again.Id}" : answer.IsError ? "it failed" : "it was done", CancellationToken.None);
        return new(approval, answer) { Tool = kept.Tool };
    }

    /// <summary>How an approval of the caller's own stands. Nothing is waited for, and nothing performed.</summary>
    public async ValueTask<Resumed> LookAsync(ToolCall call, ApprovalId id, CancellationToken cancellationToken) =>
        await waiting.FindOwnAsync(call, id, cancellationToken) is { } approval
            ? new(approval, await StandingAsync(approval, await stored.FindAsync(call.Caller, id, cancellationToken) is not null, cancellationToken))
            : NotThere();

    private static Resumed NotThere() => new(null, ToolAnswer.Error("There is no approval of yours with this id. approval_list shows those there are."));

    private async ValueTask<ToolAnswer> StandingAsync(Approval approval, bool isKept, CancellationToken cancellationToken)
    {
        var taken = isKept ? await stored.FindTakenAsync(approval.Id, cancellationToken) : null;
        var next = (approval.Status, taken) switch
        {
            (_, { } by) => string.Create(
                CultureInfo.InvariantCulture,
                $"The call was taken up at {by.At.UtcDateTime:HH:mm:ss} UTC by request {by.Request}: {by.Outcome ?? "what came of it is not known (yet)"}. It is not performed again. Look at the repository before you do anything more."),
            (ApprovalStatus.Pending, _) when isKept => "Nobody has decided yet. Call approval_wait again, or go on with something else first.",
            (ApprovalStatus.Pending, _) => "Nobody has decided yet. Call approval_wait again; once it is approved, do again what you asked for.",
            (ApprovalStatus.Approved, _) when isKept => "It is approved, and your user did not take it up, so it was not performed. Ask them what to do; approval_wait performs it.",
            (ApprovalStatus.Approved, _) => "It is approved, and was not asked for by a tool of this client: do again exactly what you asked for (the same tool with the same arguments, the same push); it passes once.",
            (ApprovalStatus.Denied, _) => "A person said no. Nothing was done. Do not try to get around it; ask your user what to do.",
            (ApprovalStatus.Used, _) => "It was used already.",
            _ => "It is over and nothing was done. Ask anew if it is still wanted: call the tool again.",
        };
        return ToolAnswer.Json(new JsonObject { ["approval"] = Describe(approval, next) }, Text(approval, next));
    }

    private JsonObject Describe(Approval approval, string next) => PendingAnswer.Describe(new RefusedApproval(approval.Id, approval.Status, links.PageOf(approval.Id)), next);

    private static string Text(Approval approval, string next)
    {
        var denial = approval.Votes.LastOrDefault(static vote => vote.Verdict == ApprovalVerdict.Deny);
        var said = denial is null ? "" : $"\n{new CallerText(denial.DisplayName)} said no, and why (their words): {new CallerText(denial.Reason)}";
        return $"Approval {approval.Id} is {approval.Status.ToString().ToLowerInvariant()}: {new CallerText(string.Join("; ", approval.Summary))}{said}\n{next}";
    }
}

/// <summary>What came of waiting.</summary>
/// <param name="Approval">The approval; null when there is none of the caller's.</param>
/// <param name="Answer">What to answer.</param>
internal sealed record Resumed(Approval? Approval, ToolAnswer Answer)
{
    /// <summary>The tool whose call was performed; null when nothing was.</summary>
    public string? Tool { get; init; }

    /// <summary>Whether the kept call was performed, and the answer is its tool's.</summary>
    public bool IsPerformed => Tool is not null;
}
