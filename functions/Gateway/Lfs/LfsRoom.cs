using System.Text.RegularExpressions;
using CursorBroker.Gateway.Lfs.Locks;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Lfs;

/// <summary>Git LFS: batches, transfers and locks.</summary>
internal sealed partial class LfsRoom(LfsServices services) : IProtocolRoom
{
    // Chunks have a frame; what is inside them is counted exactly where it is read.
    private const int FrameBytes = 1024 * 1024;

    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!LfsRoute.Parse(context.Request).Succeeded(out var route, out var refusal))
        {
            return refusal;
        }

        switch (route.Task)
        {
            case LfsTask.Download:
                return Download(context.Request, route);
            case LfsTask.Upload:
                return Upload(context, route);
            case LfsTask.ListLocks:
                return LockQuery.Parse(route.Query, services.Options).Succeeded(out var query, out refusal) ? new LockListRequest(route, query, isVerifying: false, services) : refusal;
            default:
                return (await LfsBody.ReadAsync(context, services, cancellationToken)).Succeeded(out var body, out refusal) ? Understand(route, body) : refusal;
        }
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        LfsRefusal.WriteAsync(context, refusal, cancellationToken);

    private Outcome<ProtocolRequest> Understand(LfsRoute route, LfsMembers body)
    {
        switch (route.Task)
        {
            case LfsTask.Batch:
                return BatchCall.Parse(body, services.Options).Succeeded(out var batch, out var refusal) ? new BatchRequest(route, batch, services) : refusal;
            case LfsTask.Verify:
                return body.TryText("oid", out var oid) && body.TryNumber("size", out var size) && LfsObject.TryCreate(oid, size, out var named) && named == route.Object
                    ? new VerifyRequest(route, services)
                    : Refusals.Malformed("The object is not that of the address.");
            case LfsTask.CreateLock:
                return LockCall.Parse(body).Succeeded(out var call, out refusal) ? new LockRequest(route, call, services) : refusal;
            case LfsTask.VerifyLocks:
                return LockQuery.Parse(body, services.Options).Succeeded(out var query, out refusal) ? new LockListRequest(route, query, isVerifying: true, services) : refusal;
            default:
                return body.TryFlag("force", out var isForced) && body.TryRef(out var to)
                    ? new UnlockRequest(route, isForced, to, services)
                    : Refusals.Malformed("Unlocking takes force (true or false) and ref (a full name).");
        }
    }

    private Outcome<ProtocolRequest> Download(HttpRequest request, LfsRoute route) => request.Headers.Range switch
    {
        [] => new DownloadRequest(route, null, services),
        [{ } range] when ByteRange().IsMatch(range) => new DownloadRequest(route, range, services),
        _ => Refusals.NotSupported("The only range taken is one of bytes, such as bytes=100-199."),
    };

    private Outcome<ProtocolRequest> Upload(HttpContext context, LfsRoute route)
    {
        var (request, named) = (context.Request, route.Object!);
        if (request.Headers.ContainsKey(HeaderNames.TransferEncoding) && request.Headers.ContainsKey(HeaderNames.ContentLength))
        {
            return Refusals.Malformed("Transfer-Encoding and Content-Length are both there.");
        }

        if (request.Headers.ContainsKey(HeaderNames.ContentEncoding) || request.Headers.ContainsKey(HeaderNames.ContentRange))
        {
            return Refusals.NotSupported("An object is sent whole and as it is.");
        }

        if (named.Size > services.Options.MaxObjectBytes)
        {
            return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"The object is longer than {services.Options.MaxObjectBytes} bytes."), $"{named.Size} bytes");
        }

        if (request.ContentLength is { } length && length != named.Size)
        {
            return new Refusal(Stage.Classify, RefusalKind.Unprocessable, new CallerText("The content is not of the length that the object has."), $"{length} instead of {named.Size} bytes");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The server's own limit is meant for forms.
            limit.MaxRequestBodySize = (2 * named.Size) + FrameBytes;
        }

        return new UploadRequest(route, request.Body, services);
    }

    [GeneratedRegex(@"\Abytes=[0-9]{1,15}-[0-9]{0,15}\z")]
    private static partial Regex ByteRange();
}
