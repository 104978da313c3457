using System.Globalization;
using CursorBroker.Sandbox.GitHub.Api;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>The page a caller asks for: 30 a page unless said otherwise, 100 at most.</summary>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api</remarks>
internal sealed record PageAsked(int Number, int Size)
{
    public int Skip => checked((Number - 1) * Size);

    public static PageAsked Of(HttpRequest request) => new(
        Math.Min(Count(request, "page", 1), 1_000_000), Math.Min(Count(request, "per_page", 30), 100));

    public void WriteLinks(HttpContext context, string path, int total)
    {
        var last = Math.Max(1, (total + Size - 1) / Size);
        var links = new List<string>();
        if (Number > 1)
        {
            links.Add(Link(context, path, Math.Min(Number - 1, last), "prev"));
        }

        if (Number < last)
        {
            links.Add(Link(context, path, Number + 1, "next"));
            links.Add(Link(context, path, last, "last"));
        }

        if (Number > 1)
        {
            links.Add(Link(context, path, 1, "first"));
        }

        if (links.Count > 0)
        {
            context.Response.Headers.Link = string.Join(", ", links);
        }
    }

    private static string Link(HttpContext context, string path, int page, string relation)
    {
        var query = context.Request.Query
            .Where(static pair => pair.Key != "page")
            .SelectMany(static pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? string.Empty)}"))
            .Append(string.Create(CultureInfo.InvariantCulture, $"page={page}"));
        return $"<{context.ApiUri(path).AbsoluteUri}?{string.Join('&', query)}>; rel=\"{relation}\"";
    }

    private static int Count(HttpRequest request, string name, int otherwise) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : otherwise;
}
