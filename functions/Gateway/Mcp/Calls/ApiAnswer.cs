using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>The answer to an inner call, masked as every answer is. What the broker itself refused is <see cref="Refusal"/>; what GitHub answered, errors included, is the rest.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty when the broker refused.</param>
internal sealed record ApiAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body's media type; empty when there is none.</summary>
    public string ContentType { get; init; } = "";

    /// <summary><c>Link</c>; null when it was not sent.</summary>
    public string? Link { get; init; }

    /// <summary><c>ETag</c>; null when it was not sent.</summary>
    public string? ETag { get; init; }

    /// <summary>How long to wait before it is tried again; null when nobody said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why the broker refused it; null when it did not.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The reference id that the audit knows the inner call by.</summary>
    public string Reference { get; init; } = "";

    /// <summary>What GraphQL says went wrong, within an answer that has status 200; null when nothing did.</summary>
    public string? GraphProblem { get; init; }

    /// <summary>True for a 2xx status of GitHub's and, of GraphQL, an answer without errors.</summary>
    public bool IsSuccess => Refusal is null && GraphProblem is null && Status is >= 200 and < 300;

    /// <summary>Whether <c>Link</c> names a next page.</summary>
    public bool HasNextPage => Link is { } link && link.Contains("rel=\"next\"", StringComparison.Ordinal);

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonNode? Json()
    {
        try
        {
            return Body.IsEmpty ? null : JsonNode.Parse(Body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
