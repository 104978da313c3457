using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What a call sends along: JSON that was understood, bytes of another type, or an upload that is not read here.</summary>
internal sealed record RestBody
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 64,
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 64 };

    public static RestBody None { get; } = new();

    /// <summary>The JSON; null when there is none.</summary>
    public JsonNode? Json { get; private init; }

    /// <summary>Bytes of <see cref="ContentType"/>, for a route whose body is no JSON; null otherwise.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private init; }

    /// <summary>An upload, still to be read, and its length; null otherwise.</summary>
    public (Stream Content, long Length)? Upload { get; private init; }

    /// <summary>The type of <see cref="Bytes"/> or <see cref="Upload"/>.</summary>
    public string ContentType { get; private init; } = "";

    /// <summary>JSON as it is sent: what was understood, written anew.</summary>
    public static byte[] Write(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Relaxed);

    /// <summary>Reads the body as the route has it.</summary>
    public static async ValueTask<Outcome<RestBody>> ReadAsync(HttpContext context, ApiRoute route, RestOptions options, RestBudget budget, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var has = request.ContentLength is { } length ? length > 0 : context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        if (request.Headers.ContainsKey(HeaderNames.TransferEncoding) && request.Headers.ContainsKey(HeaderNames.ContentLength))
        {
            return Refusals.Malformed("Transfer-Encoding and Content-Length are both there.");
        }

        if (request.Headers.ContainsKey(HeaderNames.ContentEncoding))
        {
            return Refusals.NotSupported("A body is sent as it is, in no content encoding.");
        }

        if (route.Traits.HasFlag(ApiRouteTraits.Upload))
        {
            return OpenUpload(context, options);
        }

        if (!has)
        {
            return None;
        }

        if (request.Method is "GET" or "HEAD")
        {
            return Refusals.NotSupported($"{request.Method} takes no body; use the query.");
        }

        if (!(await ReadWholeAsync(context, options, budget, cancellationToken)).Succeeded(out var bytes, out var refusal))
        {
            return refusal;
        }

        if (bytes.Length == 0)
        {
            return None;
        }

        return route.Traits.HasFlag(ApiRouteTraits.RawBody) ? OtherType(request, bytes) : IsJson(request) ? Parse(bytes) : Refusals.NotSupported($"The content type of a body is application/json, not '{request.Headers.ContentType}'.");
    }

    private static Outcome<RestBody> OpenUpload(HttpContext context, RestOptions options)
    {
        if (context.Request.ContentLength is not { } length)
        {
            return Refusals.NotSupported("An upload says how long it is (Content-Length).");
        }

        if (length > options.MaxUploadBytes)
        {
            return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"The upload is longer than {options.MaxUploadBytes} bytes."), $"{length} bytes");
        }

        if (TypeOf(context.Request) is not { } type)
        {
            return Refusals.Malformed("An upload says what it is (Content-Type).");
        }

        Limit(context, options.MaxUploadBytes);
        return new RestBody { Upload = (context.Request.Body, length), ContentType = type };
    }

    private static Outcome<RestBody> Parse(byte[] bytes)
    {
        try
        {
            // What is sent is written from what was understood; written once here, so that a text that has no UTF-8 is found now.
            var json = JsonNode.Parse(bytes, nodeOptions: null, Strict);
            if (json is not (JsonObject or JsonArray))
            {
                return Refusals.Malformed("The body is neither a JSON object nor an array.");
            }

            _ = Write(json);
            return new RestBody { Json = json };
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException or DecoderFallbackException)
        {
            return Refusals.Malformed("The body is not JSON that can be read in one way only: no member twice, no comments, at most 64 levels, UTF-8.");
        }
    }

    private static Outcome<RestBody> OtherType(HttpRequest request, byte[] bytes) =>
        TypeOf(request) is { } type ? new RestBody { Bytes = bytes, ContentType = type } : Refusals.Malformed("The body has no Content-Type.");

    /// <summary>
    /// GitHub takes any type for JSON. Two of its clients (Octokit.net, curl) name the type of forms, or plain text, by default; the body is read as JSON all the same, and sent as JSON.
    /// </summary>
    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentType is not [{ } text] || !MediaTypeHeaderValue.TryParse(text, out var type) || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        return type.MediaType.Value is { } media
            && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
                || media.Equals("text/plain", StringComparison.OrdinalIgnoreCase)
                || media.Equals("application/vnd.github+json", StringComparison.OrdinalIgnoreCase)
                || media.Equals("application/vnd.github.v3+json", StringComparison.OrdinalIgnoreCase));
    }

    private static string? TypeOf(HttpRequest request) =>
        request.Headers.ContentType is [{ Length: <= 256 } text] && MediaTypeHeaderValue.TryParse(text, out var type) && !type.MatchesAllTypes ? type.ToString() : null;

    private static async ValueTask<Outcome<byte[]>> ReadWholeAsync(HttpContext context, RestOptions options, RestBudget budget, CancellationToken cancellationToken)
    {
        Limit(context, options.MaxBodyBytes);

        // Room for the bytes and for what they become; a body that does not say how long it is may become as long as it may be.
        var most = Math.Min(context.Request.ContentLength ?? options.MaxBodyBytes, options.MaxBodyBytes);
        if (budget.Take(most) is not { } share)
        {
            return RestBudget.UsedUp(Stage.Classify);
        }

        context.Response.RegisterForDispose(share);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > options.MaxBodyBytes)
            {
                return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"The body is longer than {options.MaxBodyBytes} bytes."), "longer than its limit");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static void Limit(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytes;
        }
    }
}
