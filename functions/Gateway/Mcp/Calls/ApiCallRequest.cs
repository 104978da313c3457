using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>One inner call: what a REST client would send, without a credential and without a host.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Where to.</param>
internal sealed record ApiCallRequest(HttpMethod Method, ApiPath Path)
{
    /// <summary>Longest answer unless told otherwise, in bytes: 4 MiB.</summary>
    public const int DefaultMaxBytes = 4 * 1024 * 1024;

    /// <summary>The query, not encoded, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The JSON body; null for none.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/vnd.github+json";

    /// <summary>Longest answer, in bytes. One that is longer is refused with <c>TooLarge</c>.</summary>
    public int MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>A read.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="query">Names and values; a null value is left out.</param>
    public static ApiCallRequest Get(ApiPath path, params ReadOnlySpan<(string Name, object? Value)> query)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var (name, value) in query)
        {
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
            {
                pairs.Add(new(name, text));
            }
        }

        return new(HttpMethod.Get, path) { Query = pairs.ToImmutable() };
    }

    /// <summary>A call with a JSON body.</summary>
    public static ApiCallRequest Send(HttpMethod method, ApiPath path, JsonNode? body = null) => new(method, path) { Body = body };

    /// <summary>A GraphQL call. What the document takes from arguments is in its variables, never in its text.</summary>
    /// <param name="document">The document, a constant.</param>
    /// <param name="variables">Its variables.</param>
    public static ApiCallRequest GraphQl(string document, JsonObject? variables = null)
    {
        var body = new JsonObject { ["query"] = document };
        if (variables is not null)
        {
            body["variables"] = variables;
        }

        return new(HttpMethod.Post, ApiPath.GraphQl) { Body = body };
    }

    /// <summary>Not the query and not the body, which may hold a secret.</summary>
    public override string ToString() => $"{Method} {Path.Value}";

    /// <summary>The request's target: path and query, encoded.</summary>
    internal string Target => Path.Value + QueryText;

    /// <summary>The query, encoded, with its question mark; empty when there is none.</summary>
    internal string QueryText =>
        Query.IsEmpty ? "" : "?" + string.Join('&', Query.Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
}
