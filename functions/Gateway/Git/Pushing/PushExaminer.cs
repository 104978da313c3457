using System.IO.Pipelines;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>Receives a push's pack, reads it, and works out what the push changes.</summary>
internal sealed class PushExaminer(SpoolBudget budget, GitRoomOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.MaxInspections);

    public async ValueTask<Outcome<ExaminedPush>> ExamineAsync(
        ReceivePackRequest push, GitBody body, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        var format = push.Capabilities.ObjectFormat;
        var examined = new ExaminedPush(budget.Open(), new UpstreamObjects(upstream, format, budget, options));
        body.Own(examined);
        try
        {
            if (await ReceiveAsync(body.Content, examined.Spool, cancellationToken) is { } late)
            {
                return late;
            }

            if (!(await UpstreamTips.ReadAsync(upstream, push, preview.Visible, cancellationToken)).Succeeded(out var tips, out var refusal))
            {
                return refusal;
            }

            if (push.Updates.FirstOrDefault(update => !tips.Holds(update)) is { } stale)
            {
                return Stale(stale);
            }

            await _turns.WaitAsync(cancellationToken);
            try
            {
                // Reading a pack keeps a core busy; it is not for a thread that serves others.
                return await Task.Run(() => InspectAsync(push, examined, tips, preview, cancellationToken), cancellationToken);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (SpoolException full)
        {
            return Refuse(full);
        }
        catch (InvalidDataException bad)
        {
            return new Refusal(Stage.Examine, RefusalKind.Malformed, new CallerText("git request refused: the body is not gzip, or inflates to too much."), bad.Message);
        }
    }

    public void Dispose() => _turns.Dispose();

    private async ValueTask<Refusal?> ReceiveAsync(PipeReader body, SpoolFile spool, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.MaxReceiveTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await SpoolAsync(body, spool, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Refusal(
                Stage.Examine, RefusalKind.CallerGone, new CallerText("This push took too long to arrive."), $"more than {nameof(GitRoomOptions.MaxReceiveTime)}, {options.MaxReceiveTime}");
        }
    }

    private static async ValueTask SpoolAsync(PipeReader body, SpoolFile spool, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await spool.AppendAsync(segment, cancellationToken);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private async Task<Outcome<ExaminedPush>> InspectAsync(
        ReceivePackRequest push, ExaminedPush examined, UpstreamTips tips, Preview preview, CancellationToken cancellationToken)
    {
        PackContents? pack = null;
        if (push.Updates.Any(static update => !update.IsDelete))
        {
            var read = PackContents.Read(examined.Spool, push.Capabilities.ObjectFormat ?? ObjectFormat.Sha1, options.Pack, cancellationToken);
            if (!read.Succeeded)
            {
                return Refuse(read.Failure, examined);
            }

            examined.Pack = pack = read.Value;
        }

        var inspector = new PushInspector(examined.Upstream, options.Changes);
        var inspection = await inspector.InspectAsync(push, pack, tips.Default, preview.SeesEverything ? null : tips.Shown, cancellationToken);
        if (!inspection.Succeeded)
        {
            return Refuse(inspection.Failure, examined);
        }

        examined.Changes = inspection.Value.Changes;
        return examined;
    }

    private static Refusal Stale(RefUpdate update) => new(
        Stage.Examine,
        RefusalKind.Denied,
        new CallerText($"push refused: {update.Ref.ShortName} {(update.Old.IsZero ? "is there already" : $"is not at {update.Old.Hex[..7]}")}; fetch and try again"),
        $"{update.Ref} is not at {update.Old.Hex}");

    private static Refusal Refuse(GitFailure failure, ExaminedPush examined)
    {
        // The upstream's own trouble is told as such, with its Retry-After.
        if (failure.Kind == GitFailureKind.UpstreamRefused && examined.Upstream.Refusal is { } upstream)
        {
            return upstream;
        }

        var kind = failure.Kind switch
        {
            GitFailureKind.TooLarge => RefusalKind.TooLarge,
            GitFailureKind.Unsupported => RefusalKind.NotSupported,
            GitFailureKind.NotAllowed => RefusalKind.Denied,
            GitFailureKind.UpstreamRefused => RefusalKind.UpstreamFailed,
            _ => RefusalKind.Malformed,
        };
        return new Refusal(Stage.Examine, kind, new CallerText($"push refused: {failure.Message}"), $"{failure.Kind}: {failure.Message}");
    }

    private static Refusal Refuse(SpoolException full) => full.Problem switch
    {
        SpoolProblem.TooLarge => new Refusal(
            Stage.Examine, RefusalKind.TooLarge, new CallerText("This push is larger than what this broker can inspect; push fewer commits at a time."), full.Message),
        SpoolProblem.Busy => Refusals.Unavailable(
            Stage.Examine, "Too many large pushes at once; try again.", full.Message, TimeSpan.FromSeconds(10)),
        _ => Refusals.Unavailable(
            Stage.Examine, "The broker cannot take in the push right now; try again.", full.Message, TimeSpan.FromSeconds(10)),
    };
}
