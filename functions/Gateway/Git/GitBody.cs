using System.IO.Compression;
using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Git;

/// <summary>The body of a POST to one of git's services: its type checked, its encoding undone as it is read.</summary>
/// <param name="Raw">As it arrived; for draining.</param>
/// <param name="Content">As it was meant.</param>
/// <param name="Share">What of it counts as held in memory; closed when the head is read.</param>
/// <param name="Own">Hands over what is to be disposed of when the request is over.</param>
internal sealed record GitBody(PipeReader Raw, PipeReader Content, HeadShare Share, Action<IDisposable> Own)
{
    private static readonly StreamPipeReaderOptions ReadOptions = new(bufferSize: 64 * 1024, leaveOpen: true);

    /// <summary>Opens the body, without reading any of it.</summary>
    public static Outcome<GitBody> Open(HttpContext context, GitService service, GitRoomOptions options, HeadBudget budget)
    {
        var headers = context.Request.Headers;
        var expected = $"application/x-{GitServices.NameOf(service)}-request";
        if (headers.ContentType is not [var type] || type != expected)
        {
            return Refusals.NotSupported($"A POST to {GitServices.NameOf(service)} has the content type {expected}.");
        }

        if (service == GitService.ReceivePack
            && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The server's own limit is meant for forms, not for packs.
            limit.MaxRequestBodySize = options.MaxPushBytes;
        }

        var raw = context.Request.BodyReader;
        Stream? content = headers[HeaderNames.ContentEncoding] switch
        {
            [] => raw.AsStream(leaveOpen: true),
            ["gzip"] => Inflate(context, raw, options),
            _ => null,
        };
        if (content is null)
        {
            return Refusals.NotSupported("The only content encoding taken is gzip.");
        }

        var share = budget.Open();
        context.Response.RegisterForDispose(share);
        return new GitBody(raw, PipeReader.Create(new ObservedStream(content, share.Take), ReadOptions), share, context.Response.RegisterForDispose);
    }

    /// <summary>Reads the rest of the body and throws it away, so that a client that is still sending comes to read the answer.</summary>
    /// <returns>False when the bound was reached, or the body broke off.</returns>
    public async ValueTask<bool> DrainAsync(long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            for (long drained = 0; drained <= maxBytes;)
            {
                var read = await Raw.ReadAsync(cancellationToken);
                drained += read.Buffer.Length;
                Raw.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                {
                    return true;
                }
            }

            return false;
        }
        catch (IOException)
        {
            // The client stopped sending: there is nothing more to drain, and it may still read.
            return false;
        }
    }

    private static ObservedStream Inflate(HttpContext context, PipeReader raw, GitRoomOptions options)
    {
        var inflated = new GZipStream(raw.AsStream(leaveOpen: true), CompressionMode.Decompress);
        context.Response.RegisterForDispose(inflated);

        // What a small compressed body may become is up to whoever sent it.
        var total = 0L;
        return new ObservedStream(inflated, read =>
        {
            total += read;
            if (total > options.MaxInflatedBytes)
            {
                throw new InvalidDataException($"The body inflates to more than {options.MaxInflatedBytes} bytes.");
            }
        });
    }
}
