using System.IO.Pipelines;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>
/// Lets a file out only when it was looked into, whatever a host calls it, and no secret is in it: spooled, scanned, and then given to the caller as it came. What else is answered
/// (an error, nothing) is as it is.
/// </summary>
/// <param name="inner">Which answers are taken.</param>
/// <param name="name">What the file is called where a secret is in it.</param>
/// <param name="inspector">Looks into it.</param>
/// <param name="inspection">Takes down what came of it.</param>
internal sealed class InspectedAnswer(AnswerRules inner, string name, OpaqueInspector inspector, AnswerInspection inspection) : AnswerRules
{
    private const int PieceLength = 64 * 1024;

    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time) => (int)answer.StatusCode == StatusCodes.Status206PartialContent
        ? new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("A part of the file came where all of it was asked for, and a part cannot be inspected."), "storage status 206")
        : inner.Judge(answer, time);

    public override SignedRedirect? FollowTo(HttpResponseMessage answer) =>
        inner.FollowTo(answer) is { } redirect ? redirect with { Answer = new InspectedAnswer(redirect.Answer, name, inspector, inspection) } : null;

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        inner.WriteHead(answer, response);

        // A part cannot be had, and what was looked into has the length that it came with.
        response.Headers.AcceptRanges = default;
        if (IsFile(answer) && inner.FilterFor(answer) is null)
        {
            response.ContentLength = answer.Content.Headers.ContentLength;
        }
    }

    public override BodyFilter? FilterFor(HttpResponseMessage answer)
    {
        var filter = inner.FilterFor(answer);
        return IsFile(answer) ? (upstream, caller, cancellationToken) => RunAsync(upstream, caller, filter, cancellationToken) : filter;
    }

    /// <summary>A file that was looked into passes as it came.</summary>
    public override AnswerForm FormOf(HttpResponseMessage answer) => IsFile(answer) ? AnswerForm.Opaque : inner.FormOf(answer);

    private static bool IsFile(HttpResponseMessage answer) => (int)answer.StatusCode is >= 200 and < 300;

    private async Task RunAsync(PipeReader upstream, PipeWriter caller, BodyFilter? filter, CancellationToken cancellationToken)
    {
        using var spool = inspector.OpenSpool();
        try
        {
            await SpoolAsync(upstream, spool, cancellationToken);
        }
        catch (SpoolException full)
        {
            throw new AnswerRefusedException(InspectionRefusals.OfAnswer("", full));
        }

        if (!(await inspector.InspectFileAsync(spool, name, cancellationToken)).Succeeded(out var result, out var refusal))
        {
            throw new AnswerRefusedException(refusal);
        }

        inspection.Inspected = InspectedBody.Of(result);
        if (!result.Found.IsEmpty)
        {
            throw new AnswerRefusedException(InspectionRefusals.OfSecrets(result.Found));
        }

        var inspected = PipeReader.Create(spool.OpenRead(), new StreamPipeReaderOptions(bufferSize: PieceLength));
        await (filter is null ? inspected.CopyToAsync(caller, cancellationToken) : filter(inspected, caller, cancellationToken));
        await inspected.CompleteAsync();
    }

    private static async Task SpoolAsync(PipeReader upstream, SpoolFile spool, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await upstream.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await spool.AppendAsync(segment, cancellationToken);
            }

            upstream.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
