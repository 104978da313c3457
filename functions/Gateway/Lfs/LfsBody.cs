using System.Text.Json;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Lfs;

/// <summary>The JSON body of a request: bounded, and readable in one way only.</summary>
internal static class LfsBody
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 8,
    };

    /// <summary>Reads it whole. Members that are not known are not looked at, and go nowhere.</summary>
    public static async ValueTask<Outcome<LfsMembers>> ReadAsync(HttpContext context, LfsServices services, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.Headers.ContentType is not [{ } text] || !LfsMedia.IsLfs(text))
        {
            return Refusals.NotSupported($"The content type is {LfsMedia.Type}.");
        }

        if (request.Headers.ContainsKey(HeaderNames.ContentEncoding))
        {
            return Refusals.NotSupported("A body is sent as it is, in no content encoding.");
        }

        var most = services.Options.MaxBodyBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        if (services.Hold(most) is not { } share)
        {
            return LfsServices.UsedUp(Stage.Classify);
        }

        context.Response.RegisterForDispose(share);
        return await WholeBody.ReadAsync(request.Body, most, cancellationToken) is not { } bytes
            ? new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"The body is longer than {most} bytes."), "longer than its limit")
            : LfsMembers.Parse(bytes, Strict) is { } members
                ? members
                : Refusals.Malformed("The body is not a JSON object that can be read in one way only: no member twice, no comments, at most 8 levels, UTF-8.");
    }
}
