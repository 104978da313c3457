using System.IO.Pipelines;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git.Pushing;

/// <summary>Receives a push's pack, reads it, and works out what the push changes.</summary>
internal sealed class PushExaminer(SpoolBudget budget, InspectionTurns turns, InspectionOptions options, GitRoomOptions room, IWriteScanners scanners)
{
    public async ValueTask<Outcome<ExaminedPush>> ExamineAsync(
        ReceivePackRequest push, GitBody body, IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        var format = push.Capabilities.ObjectFormat;
        var examined = new ExaminedPush(budget.Open(), new UpstreamObjects(upstream, format, budget, options));
        body.Own(examined);
        try
        {
            if (!(await turns.WithinAsync(room.MaxReceiveTime, token => SpoolAsync(body.Content, examined, token), TooSlow, cancellationToken)).Succeeded(out _, out var late))
            {
                return late;
            }

            if (!(await UpstreamTips.ReadAsync(
                upstream, [.. push.Updates.Select(static update => update.Ref)], format, preview.Visible, cancellationToken)).Succeeded(out var tips, out var refusal))
            {
                return refusal;
            }

            if (push.Updates.FirstOrDefault(update => !tips.Holds(update)) is { } stale)
            {
                return Stale(stale);
            }

            return await turns.RunAsync(token => InspectAsync(push, examined, tips, preview, token), cancellationToken);
        }
        catch (SpoolException full)
        {
            return InspectionRefusals.From(full);
        }
        catch (InvalidDataException bad)
        {
            return new Refusal(Stage.Examine, RefusalKind.Malformed, new CallerText("git request refused: the body is not gzip, or inflates to too much."), bad.Message);
        }
    }

    private Refusal TooSlow() => new(
        Stage.Examine, RefusalKind.CallerGone, new CallerText("This push took too long to arrive."), $"more than {nameof(GitRoomOptions.MaxReceiveTime)}, {room.MaxReceiveTime}");

    private static async Task<Outcome<ExaminedPush>> SpoolAsync(PipeReader body, ExaminedPush examined, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await examined.Spool.AppendAsync(segment, cancellationToken);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return examined;
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
                return InspectionRefusals.From("push", read.Failure, examined.Upstream);
            }

            examined.Pack = pack = read.Value;
        }

        var inspector = new PushInspector(examined.Upstream, options.Changes, scanners.Current);
        var inspection = await inspector.InspectAsync(push, pack, tips.Default, preview.SeesEverything ? null : tips.Shown, cancellationToken);
        if (!inspection.Succeeded)
        {
            return InspectionRefusals.From("push", inspection.Failure, examined.Upstream);
        }

        examined.Changes = inspection.Value.Changes;
        return examined;
    }

    private static Refusal Stale(RefUpdate update) => new(
        Stage.Examine,
        RefusalKind.Denied,
        new CallerText($"push refused: {update.Ref.ShortName} {(update.Old.IsZero ? "is there already" : $"is not at {update.Old.Hex[..7]}")}; fetch and try again"),
        $"{update.Ref} is not at {update.Old.Hex}");
}
