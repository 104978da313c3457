using System.Buffers;
using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>
/// Keeps a pushing git waiting while people decide: <c>remote:</c> lines on side-band 2 when there is something to say, and an empty packet on
/// side-band 1, which git's own receive-pack uses as keep-alive, when there is not.
/// </summary>
internal sealed class PushWait(HttpContext context, ImmutableArray<string> summary, TimeProvider time) : IWaitingCaller
{
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(20);

    private readonly Stream _body = context.Response.Body;
    private bool _started;
    private long _written;
    private long _told;
    private int _votes;

    public async ValueTask TellAsync(WaitProgress progress, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!_started)
        {
            await StartAsync(cancellationToken);
            if (progress.Approval.Status == ApprovalStatus.Pending)
            {
                Introduce(output, progress);
            }
        }

        Tell(output, progress);
        if (output.WrittenCount == 0 && time.GetElapsedTime(_written) < KeepAliveEvery)
        {
            return;
        }

        if (output.WrittenCount == 0)
        {
            output.Write("0005\u0001"u8);
        }

        _written = time.GetTimestamp();
        await _body.WriteAsync(output.WrittenMemory, cancellationToken);
        await _body.FlushAsync(cancellationToken);
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = $"application/x-{GitServices.NameOf(GitService.ReceivePack)}-result";
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        response.Headers.XContentTypeOptions = "nosniff";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancellationToken);
        StartedResponse.Install(context);
    }

    private void Introduce(ArrayBufferWriter<byte> output, WaitProgress progress)
    {
        var approval = progress.Approval;
        _told = time.GetTimestamp();
        Line(output, "CursorBroker: this push waits for approval.");
        foreach (var line in summary)
        {
            Line(output, $"- {line}");
        }

        foreach (var need in approval.Requirements)
        {
            Line(output, $"- Rule '{need.Rule}' asks for {need.Quorum} of {string.Join(" or ", need.ApproverGroups)}: {need.Reason}");
        }

        Line(output, $"To decide: {progress.Link}");
        Line(output, $"It goes on by itself when approved within {Seconds(progress.Hold)} s; later, push again.");
    }

    private void Tell(ArrayBufferWriter<byte> output, WaitProgress progress)
    {
        foreach (var vote in progress.Approval.Votes.Skip(_votes))
        {
            var verdict = vote.Verdict == ApprovalVerdict.Approve ? "approved" : "denied";
            Line(output, $"CursorBroker: {verdict} by {vote.DisplayName}{(vote.Reason.Length == 0 ? "" : $": {vote.Reason}")}");
        }

        _votes = progress.Approval.Votes.Length;
        if (progress.Approval.Status == ApprovalStatus.Pending && output.WrittenCount == 0 && time.GetElapsedTime(_told) >= TellEvery)
        {
            Line(output, $"CursorBroker: still waiting ({Seconds(progress.Waited)} of {Seconds(progress.Hold)} s).");
        }

        if (output.WrittenCount > 0)
        {
            _told = time.GetTimestamp();
        }
    }

    private static long Seconds(TimeSpan span) => (long)span.TotalSeconds;

    private static void Line(ArrayBufferWriter<byte> output, string text) => ReceivePackReport.WriteMessage(output, text);
}
