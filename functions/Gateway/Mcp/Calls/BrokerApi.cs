using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>
/// The inner calls of one tool call. Each is a request of its own through the one pipeline, authenticated by the very header that the MCP request came with; that header goes no
/// further than the pipeline takes any caller's, and nothing else of the MCP request goes along.
/// </summary>
internal sealed class BrokerApi(RequestPipeline pipeline, ApiRooms rooms, ApprovalLinks links, IServiceScopeFactory scopes, BudgetShare share, StringValues authorization, Activity? trace) : IBrokerApi
{
    private readonly ConcurrentQueue<string> _references = new();

    /// <summary>The reference ids of the calls so far, for the record of the tool call.</summary>
    public IEnumerable<string> References => _references;

    public async ValueTask<ApiAnswer> SendAsync(ApiCallRequest call, CancellationToken cancellationToken)
    {
        var room = new InnerRoom(rooms(call.Path.Face));
        await using var request = new InnerRequest(call, links.Root, authorization, scopes, share, cancellationToken);
        await RunAsync(request.Context, room);
        cancellationToken.ThrowIfCancellationRequested();
        var reference = request.Context.Features.Get<IRequestMarks>()?.Reference ?? "";
        _references.Enqueue(reference);
        if (room.Refusal is { } refusal)
        {
            return new(refusal.HttpStatus, default) { Refusal = refusal, RetryAfter = refusal.RetryAfter, Reference = reference };
        }

        await request.Response.CompleteAsync();
        return request.Response.IsTooLarge ? Cut(call, RefusalKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The answer is longer than {call.MaxBytes} bytes."), reference)
            : request.Response.IsCrowdedOut ? Cut(call, RefusalKind.Unavailable, "The broker holds too many large answers at once.", reference)
            : request.IsCut ? Cut(call, RefusalKind.UpstreamFailed, "The answer was cut off.", reference)
            : Read(call.Path.Face, request.Response, reference);
    }

    // What starts a trace of its own by the client's word is not what the audit is correlated by: the MCP request's own trace is.
    private async Task RunAsync(HttpContext context, IProtocolRoom room)
    {
        var before = Activity.Current;
        Activity.Current = trace;
        try
        {
            await pipeline.RunAsync(context, room);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    private static ApiAnswer Cut(ApiCallRequest call, RefusalKind kind, string why, string reference)
    {
        // GraphQL's reads are POSTs as well, and looking first costs nothing.
        var message = call.Method == HttpMethod.Get ? why : $"{why} The call itself was made and what it asks for may have been done: look before you try again.";
        var refusal = new Refusal(Stage.Forward, kind, new CallerText(message), message) { Reference = reference };
        return new(refusal.HttpStatus, default) { Refusal = refusal, Reference = reference };
    }

    private static ApiAnswer Read(ApiFace face, InnerResponse response, string reference)
    {
        var answer = new ApiAnswer(response.StatusCode, response.Written)
        {
            ContentType = response.Headers.ContentType.ToString().Split(';')[0].Trim(),
            Link = response.Headers.Link is [{ } link, ..] ? link : null,
            ETag = response.Headers.ETag is [{ } tag, ..] ? tag : null,
            RetryAfter = int.TryParse(response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null,
            Reference = reference,
        };
        return face == ApiFace.GraphQl ? answer with { GraphProblem = ProblemIn(answer) } : answer;
    }

    private static string? ProblemIn(ApiAnswer answer) => answer.Json() switch
    {
        JsonObject json when json["errors"] is JsonArray { Count: > 0 } errors => string.Join("; ", errors.Select(static error => error?["message"]?.ToString() ?? "an error without a message")),
        JsonObject => null,
        _ => "the answer is no JSON",
    };
}
