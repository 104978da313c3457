using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Look-ups by tools, and what they found or why not.</summary>
internal static class Asking
{
    /// <summary>Makes a call that changes nothing and reads its JSON.</summary>
    public static ValueTask<Asked> AskAsync(this ToolCall call, ApiCallRequest request, CancellationToken cancellationToken) => call.Api.AskAsync(request, cancellationToken);

    /// <summary>The same without a tool's call.</summary>
    public static async ValueTask<Asked> AskAsync(this IBrokerApi api, ApiCallRequest request, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(request, cancellationToken);
        return new(answer, answer.IsSuccess ? answer.Json() : null);
    }

    /// <summary>The same over GraphQL: what <c>data</c> holds.</summary>
    public static async ValueTask<Asked> AskGraphAsync(this ToolCall call, string document, JsonObject variables, CancellationToken cancellationToken)
    {
        var answer = await call.Api.SendAsync(ApiCallRequest.GraphQl(document, variables), cancellationToken);
        return new(answer, Graph.Failed(answer) is null ? answer.Json().At("data") : null) { Failure = Graph.Failed(answer) };
    }
}

/// <summary>What a look-up came to.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Found">Its JSON; null when it failed.</param>
internal sealed record Asked(ApiAnswer Answer, JsonNode? Found)
{
    /// <summary>What to answer when it failed; null for what is always said.</summary>
    public ToolAnswer? Failure { get; init; }

    /// <summary>Whether it is not there, or not for the caller to know of: that is one answer.</summary>
    public bool IsNotThere => Answer.Refusal is { } refusal ? refusal.Kind == RefusalKind.NotFound : Answer.Status == 404;

    /// <summary>Whether it was found; if not, what the tool answers.</summary>
    public bool Succeeded([NotNullWhen(true)] out JsonNode? found, [NotNullWhen(false)] out ToolAnswer? failure)
    {
        found = Found;
        failure = Found is null ? Failure ?? Failures.Describe(Answer) : null;
        return Found is not null;
    }
}
