using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>A page of a list.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Size">How many entries a page has at most.</param>
internal sealed record Page(long Number, long Size)
{
    private const int Usual = 30;

    /// <summary>The page that arguments ask for.</summary>
    public static Page Of(ToolArguments arguments, string size = "perPage") =>
        new(arguments.OptionalInteger("page") ?? 1, arguments.OptionalInteger(size, 1, 100) ?? Usual);

    /// <summary>The answer to a list: its entries as text, as programs take it under a name, and how to go on.</summary>
    /// <param name="name">What the entries are called.</param>
    /// <param name="items">The entries.</param>
    /// <param name="answer">The answer they came in.</param>
    /// <param name="note">What else the reader should know; null for nothing.</param>
    public ToolAnswer Answer(string name, JsonArray items, ApiAnswer answer, string? note = null) => Answer(Json.Of(), name, items, answer.HasNextPage, note);

    /// <summary>The same beside other members, which then are in the text as well.</summary>
    public ToolAnswer Answer(JsonObject structured, string name, JsonArray items, bool hasNext, string? note = null)
    {
        var isBare = structured.Count == 0;
        structured[name] = items;
        var text = isBare ? items.Written() : structured.Written();
        if (hasNext)
        {
            structured["next_page"] = Number + 1;
        }

        string[] more = [.. new[] { hasNext ? string.Create(CultureInfo.InvariantCulture, $"There is more: ask for page {Number + 1}.") : null, note }.OfType<string>()];
        return new()
        {
            Content = [new TextContentBlock { Text = text }, .. more.Select(static line => new TextContentBlock { Text = line })],
            Structured = structured,
        };
    }
}
