using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>Refuses a message: an HTTP status, a JSON-RPC error with the message's id, and for whoever has no token where to get one (RFC 9728, section 5.1; RFC 6750, section 3).</summary>
internal sealed class McpRefusal(ApprovalLinks links)
{
    /// <summary>A verb other than POST.</summary>
    public const string OnlyPost = "only-post";

    /// <summary>A header contradicts the message.</summary>
    public const string HeaderMismatch = "header-mismatch";

    private const string Scope = "broker";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async ValueTask WriteAsync(HttpContext context, Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.Kind == RefusalKind.CallerGone)
        {
            return;
        }

        var response = context.Response;
        response.StatusCode = refusal.Code == OnlyPost ? StatusCodes.Status405MethodNotAllowed : refusal.HttpStatus;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (refusal.Code == OnlyPost)
        {
            response.Headers.Allow = HttpMethods.Post;
        }

        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Kind == RefusalKind.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = Challenge(hasToken: context.Request.Headers.Authorization.Count > 0);
        }

        await response.Body.WriteAsync(Body(context.Features.Get<McpMessage>()?.Id, refusal), cancellationToken);
    }

    private string Challenge(bool hasToken)
    {
        var metadata = new Uri(links.Root, ".well-known/oauth-protected-resource/mcp");
        return $"Bearer {(hasToken ? "error=\"invalid_token\", " : "")}resource_metadata=\"{metadata.AbsoluteUri}\", scope=\"{Scope}\"";
    }

    private static ReadOnlyMemory<byte> Body(string? id, Refusal refusal)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WritePropertyName("id");
            json.WriteRawValue(id ?? "null");
            json.WriteStartObject("error");
            json.WriteNumber("code", CodeOf(refusal));
            json.WriteString("message", refusal.Message.Value);
            json.WriteStartObject("data");
            json.WriteString("kind", refusal.Kind.ToString());
            json.WriteString("reference", refusal.Reference);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    // JSON-RPC 2.0, section 5.1; HeaderMismatch is MCP's own.
    private static int CodeOf(Refusal refusal) => refusal switch
    {
        { Code: HeaderMismatch } => -32020,
        { Kind: RefusalKind.Malformed } => -32700,
        { Kind: RefusalKind.NotSupported } => -32600,
        { Kind: RefusalKind.Internal } => -32603,
        _ => -32000,
    };
}
