using System.Globalization;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>Which page of a list is asked for, as GitHub takes it: 30 a page unless told, at most 100; what is no number counts as not said.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">Entries a page.</param>
internal sealed record ListPage(int Number, int Size)
{
    public const int MostEntries = 100;
    private const int UsualEntries = 30;

    public static ListPage Of(IReadOnlyCollection<KeyValuePair<string, string>> query)
    {
        var size = Number(query, "per_page", UsualEntries);
        return new(Number(query, "page", 1), Math.Min(size, MostEntries));

        static int Number(IReadOnlyCollection<KeyValuePair<string, string>> query, string name, int otherwise) =>
            int.TryParse(query.FirstOrDefault(pair => pair.Key == name).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
    }

    public IEnumerable<T> Of<T>(IReadOnlyCollection<T> all)
    {
        var before = (Number - 1L) * Size;
        return before >= all.Count ? [] : all.Skip((int)before).Take(Size);
    }

    /// <summary>The <c>Link</c> header (RFC 8288) to the pages beside this one; null when there is none.</summary>
    /// <param name="address">The list's address at the broker.</param>
    /// <param name="query">The query as asked.</param>
    /// <param name="count">Entries in all.</param>
    public string? Link(Uri address, IReadOnlyCollection<KeyValuePair<string, string>> query, int count)
    {
        var last = Math.Max(1, (int)Math.Ceiling(count / (double)Size));
        var links = new List<string>();
        if (Number > 1)
        {
            Add("prev", Math.Min(Number - 1, last));
            Add("first", 1);
        }

        if (Number < last)
        {
            Add("next", Number + 1);
            Add("last", last);
        }

        return links.Count == 0 ? null : string.Join(", ", links);

        void Add(string relation, int page)
        {
            var pairs = query.Where(static pair => pair.Key != "page").Append(new("page", page.ToString(CultureInfo.InvariantCulture)));
            links.Add($"<{address.AbsoluteUri}?{RestQuery.Write(pairs)}>; rel=\"{relation}\"");
        }
    }
}
