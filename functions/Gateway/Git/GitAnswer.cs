using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Git;

/// <summary>Writes the broker's own answers: whole, never cached, never sniffed.</summary>
internal static class GitAnswer
{
    public static async ValueTask WriteAsync(
        HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(body, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
