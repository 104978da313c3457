using System.Globalization;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>A page of a list, as the Relay specification has it and GitHub wants it: with <c>first</c> or <c>last</c>, at most 100.</summary>
/// <remarks>https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api</remarks>
internal static class GraphConnection
{
    private const int MostItems = 100;
    private const string Prefix = "cursor:v2:";

    /// <exception cref="GraphRefusal">The page asked for is none.</exception>
    public static Dictionary<string, object?> Of<T>(GraphField field, IReadOnlyList<T> all, Func<T, object?> node, string count = "totalCount")
    {
        var (first, last) = (field.Arguments.Number("first"), field.Arguments.Number("last"));
        if (first is null && last is null && field.Selects("nodes", "edges"))
        {
            throw new GraphRefusal("MISSING_PAGINATION_BOUNDARIES", $"You must provide a `first` or `last` value to properly paginate the `{field.Name}` connection.");
        }

        if ((first ?? last) is < 0 or > MostItems)
        {
            throw new GraphRefusal("EXCESSIVE_PAGINATION", $"Requesting {first ?? last} records on the `{field.Name}` connection exceeds the `{(first is null ? "last" : "first")}` limit of {MostItems} records.");
        }

        var start = Position(field.Arguments.Text("after")) ?? 0;
        var end = Math.Min(all.Count, Position(field.Arguments.Text("before")) - 1 ?? all.Count);
        if (first is { } most && end - start > most)
        {
            end = start + most;
        }
        else if (first is null && last is { } least && end - start > least)
        {
            start = end - least;
        }

        var items = start < end ? all.Skip(start).Take(end - start).Select(node).ToList() : [];
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [count] = all.Count,
            ["nodes"] = items,
            ["edges"] = items.Select((item, index) => new Dictionary<string, object?>(StringComparer.Ordinal) { ["node"] = item, ["cursor"] = Cursor(start + index + 1) }).ToList(),
            ["pageInfo"] = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["hasNextPage"] = end < all.Count,
                ["hasPreviousPage"] = start > 0,
                ["startCursor"] = items.Count == 0 ? null : Cursor(start + 1),
                ["endCursor"] = items.Count == 0 ? null : Cursor(end),
            },
        };
    }

    private static string Cursor(int position) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(Prefix + position.ToString(CultureInfo.InvariantCulture)));

    private static int? Position(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length)
            && Encoding.ASCII.GetString(bytes, 0, length) is var text && text.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new GraphRefusal("INVALID_CURSOR_ARGUMENTS", $"`{cursor}` does not appear to be a valid cursor.");
    }
}
