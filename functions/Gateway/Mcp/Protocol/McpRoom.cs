using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>
/// MCP over Streamable HTTP. For the pipeline a message is a request about nothing but its caller: it is authenticated, counted and recorded there, and then answered by the SDK,
/// whose tools make requests of their own through the same pipeline. So there is nothing here to authorize, and nothing to forward.
/// </summary>
internal sealed class McpRoom(McpOrigin origin, McpProtocol protocol, McpRefusal refusals, MessageBudget budget, McpOptions options) : IProtocolRoom
{
    // What is taken of the budget at first, in bytes; above what is read at once. Doubled from there.
    private const long FirstStep = 64 * 1024;

    private const string MethodHeader = "Mcp-Method";
    private const string NameHeader = "Mcp-Name";
    private const string EncodedFrom = "=?base64?";
    private const string EncodedTo = "?=";

    public ValueTask<Outcome<PresentedToken>> FindTokenAsync(HttpContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(origin.Judge(context.Request) is { } stranger ? stranger : Authentication.InHeader(context));

    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            return Refusals.NotSupported("Messages are sent by POST; there is no stream to listen to and no session to end.") with { Code = McpRefusal.OnlyPost };
        }

        // What is in a URL is in everybody's logs.
        if (request.QueryString.HasValue)
        {
            return Refusals.Malformed("The address of MCP takes no query.");
        }

        if (!IsJson(request))
        {
            return Refusals.NotSupported("The content type of a message is application/json, not compressed.");
        }

        if (!(await ReadAsync(context, cancellationToken)).Succeeded(out var body, out var refusal)
            || !McpMessage.Read(body).Succeeded(out var message, out refusal))
        {
            return refusal;
        }

        context.Features.Set(message);
        if (Contradicts(request.Headers, message) is { } header)
        {
            return Refusals.Malformed($"{header} is not what the message says.") with { Code = McpRefusal.HeaderMismatch };
        }

        request.Body = new MemoryStream(body, writable: false);
        return new McpRequest(message, protocol);
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        refusals.WriteAsync(context, refusal, cancellationToken);

    /// <summary>
    /// The SDK compares these headers with the message in revisions that demand them. Whatever the revision, one that is there must be true: something on the way may go by it.
    /// </summary>
    private static string? Contradicts(IHeaderDictionary headers, McpMessage message) =>
        headers.TryGetValue(MethodHeader, out var method) && method != message.Method ? MethodHeader
        : headers.TryGetValue(NameHeader, out var name) && (message.Name is null || Decode(name.ToString()) != message.Name) ? NameHeader
        : null;

    // In base64 where it is not ASCII (SEP-2243).
    private static string? Decode(string name)
    {
        if (!name.StartsWith(EncodedFrom, StringComparison.Ordinal) || !name.EndsWith(EncodedTo, StringComparison.Ordinal) || name.Length < EncodedFrom.Length + EncodedTo.Length)
        {
            return name;
        }

        var text = name[EncodedFrom.Length..^EncodedTo.Length];
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static bool IsJson(HttpRequest request) =>
        request.Headers.ContentType is [{ } text]
        && request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(text, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private async ValueTask<Outcome<byte[]>> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var most = options.MaxMessageBytes;
        if (context.Request.ContentLength > most)
        {
            return TooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1L;
        }

        // Taken as it comes: who announces much and sends little holds little.
        var share = budget.Open();
        context.Response.RegisterForDispose(share);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > most)
            {
                return TooLarge();
            }

            if (body.Length + read > share.Held && !share.TryTake(Math.Min(Math.Max(share.Held, FirstStep), most - share.Held)))
            {
                return MessageBudget.UsedUp();
            }

            body.Write(buffer, 0, read);
        }

        share.ShrinkTo(body.Length);
        return body.ToArray();
    }

    private Refusal TooLarge() => new(Stage.Classify, RefusalKind.TooLarge, new CallerText($"A message is at most {options.MaxMessageBytes} bytes."), "longer than its limit");
}
