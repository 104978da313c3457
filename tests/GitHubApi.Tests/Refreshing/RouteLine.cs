namespace CursorBroker.GitHubApi.Tests.Refreshing;

/// <summary>A line of <c>routes.tsv</c>, as text: what is GitHub's to say is refreshed, what people decided stays.</summary>
internal sealed record RouteLine(string Method, string Template, string Kind, string Needs, string Traits, string Query, string Why)
{
    public const string Header = "method\ttemplate\tkind\tneeds\ttraits\tquery\twhy";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public string Id => $"{Method} {Template}";

    public bool IsForwarded => Kind is not ("Refused" or "Broker");

    /// <summary>Whether the needs were decided by people.</summary>
    public bool NeedsAreDecided => Needs.StartsWith('!');

    public static RouteLine Parse(string line) => line.Split('\t') is [var method, var template, var kind, var needs, var traits, var query, var why]
        ? new(method, template, kind, needs, traits, query, why)
        : throw new FormatException($"Not a route: {line}");

    public static string Write(IEnumerable<RouteLine> lines) => string.Concat(lines
        .OrderBy(static line => line.Template, StringComparer.Ordinal).ThenBy(static line => Array.IndexOf(Methods, line.Method))
        .Select(static line => line + "\n").Prepend(Header + "\n"));

    public override string ToString() => string.Join('\t', Method, Template, Kind, Needs, Traits, Query, Why);
}
