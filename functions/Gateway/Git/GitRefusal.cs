using System.Buffers;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// Refuses in git's own words. Where git reads an answer's body it gets an <c>ERR</c> packet or a push report, since of a failing POST it
/// prints nothing but the status; before the protocol proper it gets a status and plain text, which it prints line by line.
/// </summary>
internal static class GitRefusal
{
    private const string Together = "refused together with another ref in this push";

    public static async ValueTask WriteAsync(
        HttpContext context, ProtocolRequest? request, Refusal refusal, GitRoomOptions options, CancellationToken cancellationToken)
    {
        if (refusal.Kind == RefusalKind.CallerGone)
        {
            return;
        }

        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Kind == RefusalKind.Unauthenticated)
        {
            // Basic alone: it is what git asks people and helpers for. The token arrives as its password.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"CursorBroker\"";
        }

        switch (request)
        {
            // A client that asked for neither a report nor side-bands reads no words, and takes an answer of 200 for success.
            case PushRequest { Parsed.Capabilities: { WantsReport: true } or { SideBand64k: true } } push when refusal.Kind != RefusalKind.Unauthenticated:
                await push.Body.DrainAsync(options.MaxDrainBytes, cancellationToken);
                await WritePacketsAsync(context, GitService.ReceivePack, output => WriteReport(output, push, refusal), cancellationToken);
                break;
            case ListRefsRequest or ObjectsRequest when refusal.Kind != RefusalKind.Unauthenticated:
                await WritePacketsAsync(context, GitService.UploadPack, output => GitErrorPacket.Write(output, Sentence(refusal)), cancellationToken);
                break;
            default:
                var text = Encoding.UTF8.GetBytes($"CursorBroker: {refusal.Message}\n{(refusal.Reference.Length == 0 ? "" : $"Reference: {refusal.Reference}\n")}");
                await GitAnswer.WriteAsync(context, refusal.HttpStatus, "text/plain; charset=utf-8", text, cancellationToken);
                break;
        }
    }

    private static async ValueTask WritePacketsAsync(
        HttpContext context, GitService service, Action<IBufferWriter<byte>> write, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        await GitAnswer.WriteAsync(
            context, StatusCodes.Status200OK, $"application/x-{GitServices.NameOf(service)}-result", output.WrittenMemory, cancellationToken);
    }

    private static void WriteReport(IBufferWriter<byte> output, PushRequest push, Refusal refusal)
    {
        var reasons = refusal.Operations
            .Where(static each => each.Operation.Details is RefUpdate)
            .ToDictionary(static each => ((RefUpdate)each.Operation.Details).Ref, static each => each.Reason.Value);
        var refs = push.Parsed.Updates.Select(update => new RefRefusal(
            update.Ref, reasons.Count == 0 ? refusal.Message.Value : reasons.GetValueOrDefault(update.Ref, Together)));
        ReceivePackReport.WriteRefusal(output, push.Parsed.Capabilities, Messages(refusal), [.. refs]);
    }

    private static IEnumerable<string> Messages(Refusal refusal)
    {
        yield return $"CursorBroker: {refusal.Message}";
        if (refusal.Reference.Length > 0)
        {
            yield return $"Reference: {refusal.Reference}";
        }
    }

    private static string Sentence(Refusal refusal) =>
        refusal.Reference.Length == 0 ? refusal.Message.Value : $"{refusal.Message} (reference {refusal.Reference})";
}
