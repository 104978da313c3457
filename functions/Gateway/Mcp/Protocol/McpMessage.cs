using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>What a message is, as far as the broker has to know before it hands it to the SDK. Read strictly, so that nobody can read it otherwise.</summary>
/// <param name="Method">The method; empty for a response.</param>
internal sealed record McpMessage(string Method)
{
    public const string CallTool = "tools/call";

    private const int LongestMethod = 100;
    private const int LongestName = 128;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 64,
    };

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        ["jsonrpc", "id", "method", "params", "result", "error", "name", "uri", "arguments", "_meta", "requestState", "inputResponses"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The JSON-RPC id as it was written; null when there is none.</summary>
    public string? Id { get; private init; }

    /// <summary>What <c>params.name</c> or <c>params.uri</c> says; null when neither is there.</summary>
    public string? Name { get; private init; }

    /// <summary>As much of <see cref="Name"/> as the record takes.</summary>
    public string ShortName => Name is { } name ? name[..Math.Min(name.Length, LongestName)] : "";

    /// <summary>Whether the client says that it can open a link for its user (<c>elicitation.url</c>), in a revision that says so with every request.</summary>
    public bool OpensLinks { get; private init; }

    /// <summary>The client's name and version, as it says; empty when it does not.</summary>
    public string Client { get; private init; } = "";

    /// <summary>Reads one message.</summary>
    public static Outcome<McpMessage> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            ReadEscapes(body.Span);
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Refusals.Malformed("A message is one JSON-RPC object; batches are not taken.");
            }

            var parameters = Member(root, "params");
            if (IsReadOtherwise(root) || IsReadOtherwise(parameters))
            {
                return Refusals.Malformed("A member's name is written otherwise than the protocol has it, or there twice but for case.");
            }

            var meta = Member(parameters, "_meta");
            return new McpMessage(Text(root, "method") is { Length: <= LongestMethod } method ? method : "")
            {
                Id = Member(root, "id") is { ValueKind: JsonValueKind.String or JsonValueKind.Number } id ? id.GetRawText() : null,
                Name = Text(parameters, "name") ?? Text(parameters, "uri"),
                OpensLinks = Member(Member(Member(meta, "io.modelcontextprotocol/clientCapabilities"), "elicitation"), "url") is { ValueKind: JsonValueKind.Object },
                Client = ClientOf(Member(meta, "io.modelcontextprotocol/clientInfo")),
            };
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return Refusals.Malformed("The body is not JSON that can be read in one way only: no member twice, no comments, at most 64 levels, UTF-8.");
        }
    }

    /// <summary>Whether who reads names without case, as the SDK does, finds something else than is found here.</summary>
    private static bool IsReadOtherwise(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Object } members)
        {
            return false;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in members.EnumerateObject())
        {
            if (!seen.Add(member.Name) || (Names.TryGetValue(member.Name, out var exact) && member.Name != exact))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is escaped may be half a character (<c>\ud800</c>), which nothing else finds before somebody reads that very text.</summary>
    private static void ReadEscapes(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.String or JsonTokenType.PropertyName, ValueIsEscaped: true })
            {
                _ = reader.GetString();
            }
        }
    }

    private static string ClientOf(JsonElement? info) => Text(info, "name") is { } name
        ? new CallerText($"{name[..Math.Min(name.Length, LongestName)]} {(Text(info, "version") is { Length: <= 40 } version ? version : "")}".TrimEnd()).Value
        : "";

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
