using System.IO.Pipelines;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git.Fetching;

/// <summary>
/// Lets a fetch's pack out only when it was looked into and no secret is in it: spooled, scanned, and given to the client as it came. Meanwhile the client hears what the upstream tells
/// people, and keep-alives.
/// </summary>
internal sealed class InspectedFetch(FetchRequest request, OpaqueInspector inspector, AnswerInspection inspection)
{
    // git's side-band without -64k; git, sideband.h.
    private const int SmallPacket = 1000;
    private const int PieceLength = 63 * 1024;
    private const string Less = "; fetch less at a time (--depth)";

    /// <summary>Whether a client can be told anything beside its pack, and before it.</summary>
    public static bool IsPossible(FetchRequest request) => request.IsV2 || (request.Options & (FetchOptions.SideBand | FetchOptions.SideBand64k)) != 0;

    /// <summary>The request as it is sent: without deltas against what the client has, which cannot be looked into without asking for that as well.</summary>
    public static FetchRequest Whole(FetchRequest request) => request.Without(FetchOptions.ThinPack, request.DeepenNot, int.MaxValue);

    /// <summary>A <see cref="BodyFilter"/>.</summary>
    public async Task RunAsync(PipeReader upstream, PipeWriter caller, CancellationToken cancellationToken)
    {
        var output = new FetchOutput(caller, request.IsV2 || request.Options.HasFlag(FetchOptions.SideBand64k) ? PktLine.MaxLength : SmallPacket, inspector.Time);
        using var spool = inspector.OpenSpool();
        var (refusal, last) = await SpoolAsync(new FetchParts(upstream, request.IsV2), spool, output, cancellationToken);
        if (refusal is null && spool.Length > 0)
        {
            refusal = await InspectAsync(spool, output, cancellationToken);
        }

        if (refusal is not null)
        {
            await RefuseAsync(refusal, output, cancellationToken);
        }
        else if (await GiveAsync(spool, output, cancellationToken))
        {
            if (last == FetchPartKind.Flush)
            {
                output.HoldFlush();
            }

            await output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Takes in the answer to its end: the pack, when there is one, into the spool. What it ends with, or why it cannot be taken in.</summary>
    private static async ValueTask<(Refusal? Refusal, FetchPartKind Last)> SpoolAsync(FetchParts parts, SpoolFile spool, FetchOutput output, CancellationToken cancellationToken)
    {
        while (true)
        {
            var part = await parts.ReadAsync(cancellationToken);
            switch (part.Kind)
            {
                case FetchPartKind.Line:
                    output.HoldLine(part.Bytes.Span);
                    break;
                case FetchPartKind.Delimiter:
                    output.HoldDelimiter();
                    break;
                case FetchPartKind.Flush:
                    if (part.IsLast)
                    {
                        return (null, part.Kind);
                    }

                    output.HoldFlush();
                    break;
                case FetchPartKind.Pack:
                    if (await AppendAsync(spool, part.Bytes, cancellationToken) is { } full)
                    {
                        return (full, part.Kind);
                    }

                    await output.KeepAliveAsync(cancellationToken);
                    break;
                case FetchPartKind.Progress:
                    await output.TellAsync(part.Bytes, cancellationToken);
                    break;
                case FetchPartKind.End:
                    return (null, part.Kind);
                default:
                    return (InspectionRefusals.OfFetch(part.Failure!), part.Kind);
            }
        }
    }

    private static async ValueTask<Refusal?> AppendAsync(SpoolFile spool, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await spool.AppendAsync(piece, cancellationToken);
            return null;
        }
        catch (SpoolException full)
        {
            return InspectionRefusals.OfAnswer(Less, full);
        }
    }

    private async ValueTask<Refusal?> InspectAsync(SpoolFile spool, FetchOutput output, CancellationToken cancellationToken)
    {
        var work = inspector.InspectPackAsync(spool, request.ObjectFormat ?? ObjectFormat.Sha1, cancellationToken).AsTask();
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(FetchOutput.KeepAliveEvery, inspector.Time, cancellationToken));
                if (!work.IsCompleted)
                {
                    await output.KeepAliveAsync(cancellationToken);
                }
            }
        }
        finally
        {
            // The spool is read until it has ended, whatever ends it.
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!(await work).Succeeded(out var result, out var refusal))
        {
            return refusal;
        }

        inspection.Inspected = InspectedBody.Of(result);
        return result.Found.IsEmpty ? null : InspectionRefusals.OfSecrets(result.Found);
    }

    private async ValueTask RefuseAsync(Refusal refusal, FetchOutput output, CancellationToken cancellationToken)
    {
        // An answer of its own reads best, and has one line.
        if (!output.HasStarted && refusal.Secrets.Length <= InspectionRefusals.MostNamed)
        {
            throw new AnswerRefusedException(refusal);
        }

        inspection.Refusal = refusal;
        await output.RefuseAsync(
            refusal.Secrets.Select(static found => $"CursorBroker: {found}"), $"CursorBroker: {refusal.Message} (reference {inspection.Reference})", cancellationToken);
    }

    private static async ValueTask<bool> GiveAsync(SpoolFile spool, FetchOutput output, CancellationToken cancellationToken)
    {
        if (spool.Length == 0)
        {
            return true;
        }

        using var pack = spool.OpenRead();
        var piece = new byte[PieceLength];
        while (await pack.ReadAsync(piece, cancellationToken) is > 0 and var read)
        {
            if (!await output.GiveAsync(piece.AsMemory(0, read), cancellationToken))
            {
                return false;
            }
        }

        return true;
    }
}
